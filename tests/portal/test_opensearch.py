"""The OpenSearch description leads to searches that work."""

import re
from xml.etree import ElementTree

from app.portal.opensearch import OPENSEARCH

NAMESPACE = {"o": OPENSEARCH}


def _filled(template):
    """The template as a client fills it in: words for the search, optional parts left out."""
    path = template.replace("{searchTerms}", "floods")
    return re.sub(r"&\w+=(?:\{[^}]*\?\}/?)+", "", path)


def test_every_address_answers_with_its_type(seeded_client):
    document = ElementTree.fromstring(seeded_client.get("/opensearch.xml").content)

    urls = document.findall("o:Url", NAMESPACE)
    assert len(urls) == 3
    for url in urls:
        path = _filled(url.get("template")).removeprefix("http://testserver")
        answer = seeded_client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].split(";")[0] == url.get("type")


def test_names_are_within_the_limits_of_the_standard(client):
    document = ElementTree.fromstring(client.get("/opensearch.xml").content)

    assert len(document.findtext("o:ShortName", None, NAMESPACE)) <= 16
    assert len(document.findtext("o:LongName", None, NAMESPACE)) <= 48
    assert len(document.findtext("o:Description", None, NAMESPACE)) <= 1024
