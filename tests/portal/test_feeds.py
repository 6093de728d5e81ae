"""Feeds, sitemap and robots."""

from xml.etree import ElementTree

from app.portal import feeds
from app.zoo.fitting import known_cards

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_feed_of_a_search_holds_what_the_search_finds(seeded_client):
    feed = ElementTree.fromstring(seeded_client.get("/datasets.atom?q=xbd").content)
    found = seeded_client.get("/api/datasets?q=xbd&sort=updated").json()["datasets"]

    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert titles == [dataset["name"] for dataset in found]
    for tag in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{tag}") is not None


def test_feed_refuses_what_the_search_refuses(seeded_client):
    assert seeded_client.get("/datasets.atom?taks=x").status_code == 400


def test_sitemap_lists_every_dataset(seeded_client):
    pages = ElementTree.fromstring(seeded_client.get("/sitemap.xml").content)

    addresses = [page.findtext(f"{SITEMAP}loc") for page in pages]
    assert sum("/datasets/" in address for address in addresses) == 1054


def test_large_sitemap_is_an_index_of_parts(seeded_client, settings, monkeypatch):
    monkeypatch.setattr(feeds, "ADDRESSES_PER_SITEMAP", 500)
    # The tag does not know the constant, so ask for an address that nobody holds.
    index = ElementTree.fromstring(seeded_client.get("/sitemap.xml?part").content)

    parts = [seeded_client.get(part.findtext(f"{SITEMAP}loc")) for part in index]

    listed = sum(len(ElementTree.fromstring(part.content)) for part in parts)
    models = known_cards(settings.models)
    assert (len(parts), listed) == (3, 1054 + len(feeds.PAGES) + len(models))
    assert seeded_client.get("/sitemap-4.xml").status_code == 404
    assert seeded_client.get("/sitemap-0.xml").status_code == 404


def test_robots_are_told_where_the_sitemap_is(seeded_client):
    assert "Sitemap: http://testserver/sitemap.xml" in seeded_client.get("/robots.txt").text
