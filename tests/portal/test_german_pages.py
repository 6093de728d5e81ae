"""Pages in German hold no English but names and data."""

import re
from html import unescape

import pytest

from app.catalogue import vocabulary

GERMAN = {"accept-language": "de-DE,de;q=0.9,en;q=0.5"}
# Words that every English sentence has and no German one; names of datasets and sources stand in `lang="en"`,
# in links to what they name, or are longer than this list.
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "the of and with from for that this are not is how what where none unknown more other by or all no",
    )
)
PAGES = (
    "/datasets",
    "/datasets?q=flood&bbox=5,47,15,55&year_min=2020",
    "/datasets?q=zzzzzz",
    "/datasets?task=segmentaton",
    "/datasets?year_min=2022&year_max=2020",
    "/datasets/eurosat",
    "/datasets/sen1floods11",
    "/insights",
    "/insights?task=change-detection",
    "/about/data",
    "/favourites",
    "/login",
    "/account/reset",
    "/nothing-here",
)


def texts(page: str) -> list[str]:
    """What a page says: its texts and the names of its parts, without what is marked as English."""
    page = re.sub(r"<(script|style|code|pre|head)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(r'<(\w+)[^>]*\blang="en"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
    named = re.findall(r'(?:aria-label|title|placeholder)="([^"]+)"', page)
    return [unescape(text).strip() for text in (*named, *re.sub(r"<[^>]+>", "\n", page).split("\n"))]


def names(seeded_client) -> set[str]:
    """What datasets, publishers, papers and sources are called, and what is cited of them."""
    records = seeded_client.get("/dump/datasets.jsonl").text
    quoted = re.findall(r'"((?:[^"\\]|\\.){2,})"', records)
    sources = re.findall(r">([^<>]+)</a>", seeded_client.get("/about/data").text)
    sensors = [term.label for term in vocabulary.terms("sensor").values()]
    return {unescape(text) for text in (*quoted, *sources, *sensors)}


@pytest.fixture(autouse=True)
def no_choice(seeded_client):
    """Forget what a test chose: the client is shared."""
    yield
    seeded_client.cookies.clear()


@pytest.fixture(scope="module")
def known(seeded_client) -> set[str]:
    """The names of things, which stay as they are."""
    return names(seeded_client)


def is_english(text: str, known: set[str]) -> bool:
    """Whether a text holds a plain English word outside the names in it."""
    words = set(re.findall(r"[a-z]+", text.replace("'s", "")))
    if not words & ENGLISH or text in known:
        return False
    left = text
    for name in sorted((name for name in known if name in text and " " in name), key=len, reverse=True):
        left = left.replace(name, "")
    return bool(set(re.findall(r"(?<![\w/.-])[a-z]+(?![\w/.-])", left)) & ENGLISH)


@pytest.mark.parametrize("path", PAGES)
def test_a_german_page_says_nothing_in_english(path, seeded_client, known):
    page = seeded_client.get(path, headers=GERMAN).text

    found = [text for text in texts(page) if is_english(text, known)]

    assert '<html lang="de"' in page
    assert found == []


def test_pages_differ_by_language_and_say_so_to_caches(seeded_client):
    answer = seeded_client.get("/datasets", headers=GERMAN)

    assert {"Cookie", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
    assert "Datensätze" in answer.text
    assert "Datensätze" not in seeded_client.get("/datasets").text


def test_a_choice_of_language_is_kept_and_leads_back(seeded_client):
    answer = seeded_client.get("/language/de?back=/insights?task=x", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/insights?task=x")
    assert "language=de" in answer.headers["set-cookie"] and "HttpOnly" in answer.headers["set-cookie"]


@pytest.mark.parametrize("back", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
def test_a_choice_of_language_leads_to_no_other_site(seeded_client, back):
    answer = seeded_client.get("/language/de", params={"back": back}, follow_redirects=False)

    assert answer.headers["location"] == "/"


def test_an_unknown_language_is_not_found(seeded_client):
    assert seeded_client.get("/language/xx").status_code == 404


def test_programs_read_english_errors_and_labels(seeded_client):
    fault = seeded_client.get("/api/datasets?task=x", headers=GERMAN).json()
    facet = seeded_client.get("/api/facets", headers=GERMAN).json()["facets"]["task"]

    assert "is not known" in fault["description"]
    assert any(value["label"] == "Change detection" for value in str_values(facet))


def str_values(facet) -> list[dict]:
    return facet["values"]


def test_a_message_names_the_field_in_german(seeded_client):
    page = seeded_client.get("/datasets?year_min=2022&year_max=2020", headers=GERMAN).text

    assert "„Jahr, von“ (2022) liegt über „Jahr, bis“ (2020); bitte tauschen." in page
    assert "Mit den beiden vertauscht suchen" in page


def test_a_nearest_value_can_be_followed_in_german(seeded_client):
    page = seeded_client.get("/datasets?task=change-detectio", headers=GERMAN).text

    assert "War change-detection gemeint?" in page
    assert 'href="/datasets?task=change-detection">Stattdessen mit change-detection suchen' in page
