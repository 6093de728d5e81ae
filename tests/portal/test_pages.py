"""The routes of the pages: addresses, fragments, errors, cookies."""

import pytest

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize("address", ["/", "/datasets"])
def test_both_addresses_of_the_search_show_every_dataset(seeded_client, address):
    answer = seeded_client.get(address)

    assert answer.status_code == 200
    assert "1054 datasets" in answer.text
    assert answer.text.count('<article class="row"') == 20


def test_htmx_gets_the_form_alone_and_the_address_to_push(seeded_client):
    answer = seeded_client.get("/datasets?q=flood&gsd_min=&task=", headers=FRAGMENT)

    assert answer.text.lstrip().startswith('<form class="search"')
    assert answer.headers["HX-Push-Url"] == "/datasets?q=flood"
    assert "HX-Request" in answer.headers["Vary"]


def test_nothing_is_pushed_where_the_reader_is_already(seeded_client):
    here = {**FRAGMENT, "HX-Current-URL": "http://testserver/datasets?q=flood"}

    answer = seeded_client.get("/datasets?q=flood", headers=here)

    assert "HX-Push-Url" not in answer.headers


def test_a_restored_page_is_whole_although_htmx_asks(seeded_client):
    answer = seeded_client.get("/datasets", headers={**FRAGMENT, "HX-Request-Type": "full"})

    assert answer.text.startswith("<!doctype html>")


def test_empty_fields_of_a_form_are_taken_out_of_the_address(seeded_client):
    answer = seeded_client.get("/datasets?q=sar&gsd_min=&bbox=1&bbox=2&bbox=3&bbox=4", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/datasets?q=sar&bbox=1%2C2%2C3%2C4"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/datasets?taks=counting", 400, "Did you mean task?"),
        ("/datasets?bbox=1,2,3", 400, "takes four finite numbers"),
        ("/datasets?bbox=1&bbox=2&bbox=&bbox=4", 400, "is west,south,east,north"),
        ("/datasets?q=" + "x" * 10_000, 400, "Use fewer words"),
        ("/datasets?q=a%00b", 400, "“Search box” holds a NUL"),
        ("/datasets?a%00b=1", 400, "There is no parameter"),
        ("/datasets?intersects=LINESTRING(1 2)", 400, "“Outline” is neither GeoJSON nor WKT"),
        ("/datasets?cursor=made-up", 400, "start again without it"),
        ("/datasets/no-such-dataset", 404, "There is no dataset"),
        ("/scheme/sepia", 404, "There are no colours"),
    ],
)
def test_what_is_wrong_is_said_on_a_page(seeded_client, address, status, words):
    answer = seeded_client.get(address, headers={"Accept": "text/html"})

    assert answer.status_code == status
    assert words in answer.text


def test_markup_in_a_parameter_is_shown_and_not_run(seeded_client):
    answer = seeded_client.get("/datasets", params={"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_a_record_carries_its_description_for_machines(seeded_client):
    page = seeded_client.get("/datasets/eurosat").text

    assert '<script type="application/ld+json">{"@context":' in page
    assert '<meta name="citation_title" content="EuroSAT">' in page
    assert 'href="/datasets/eurosat.bib"' in page


def test_every_source_of_a_record_is_credited_with_its_records(seeded_client):
    page = seeded_client.get("/about/data")

    assert page.status_code == 200
    assert "torchgeo/torchgeo" in page.text


def test_records_are_counted_once_for_each_source(client, add_dataset):
    sources = [
        {"key": "torchgeo", "ref": "one"},
        {"key": "torchgeo", "ref": "two"},
        {"key": "tfds", "ref": "three"},
    ]
    add_dataset("one", sources=sources)
    add_dataset("two", sources=sources[:1])

    page = client.get("/about/data").text

    assert _records_of(page, "torchgeo") == "2"
    assert _records_of(page, "tfds") == "1"
    assert _records_of(page, "ships") == "0"


def _records_of(page: str, key: str) -> str:
    line = page.split(f'<tr id="source-{key}">')[1].split("</tr>")[0]
    return line.rsplit('<td class="num">', 1)[1].split("<")[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chosen_colours_are_kept_in_a_cookie(seeded_client, scheme):
    answer = seeded_client.get(f"/scheme/{scheme}?back=/datasets?q=sar", follow_redirects=False)

    assert answer.headers["location"] == "/datasets?q=sar"
    assert f'data-scheme="{scheme}"' in seeded_client.get("/favourites").text
    seeded_client.cookies.clear()


def test_the_colours_of_the_system_need_no_cookie(seeded_client):
    seeded_client.get("/scheme/dark")

    seeded_client.get("/scheme/system")

    assert '<html lang="en-GB">' in seeded_client.get("/favourites").text


@pytest.mark.parametrize(
    "back",
    ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:x", "/a\nb"],
)
def test_the_way_back_never_leads_to_another_host(seeded_client, back):
    answer = seeded_client.get("/scheme/light", params={"back": back}, follow_redirects=False)

    assert answer.headers["location"] == "/"
    seeded_client.cookies.clear()


@pytest.mark.parametrize("address", ["/datasets?q=flood", "/datasets/bigearthnet", "/about/data", "/nowhere"])
def test_no_page_has_inline_styles_or_scripts(seeded_client, address):
    page = seeded_client.get(address, headers={"Accept": "text/html"}).text

    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_a_search_page_is_small(seeded_client):
    answer = seeded_client.get("/datasets", headers={"Accept-Encoding": "gzip"})

    assert int(answer.headers["content-length"]) < 60_000
