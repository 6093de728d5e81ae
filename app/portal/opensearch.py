"""The OpenSearch description: how a browser or a search client asks this catalogue."""

from xml.etree import ElementTree

from fastapi import APIRouter, Request, Response

from app.exchange.formats.xml import document, element
from app.portal.answers import KEEP, own_address

OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
GEO = "http://a9.com/-/opensearch/extensions/geo/1.0/"
TIME = "http://a9.com/-/opensearch/extensions/time/1.0/"
MEDIA_TYPE = "application/opensearchdescription+xml"
# Names of our parameters with the words that the standard has for them; a question mark makes them optional.
TEMPLATE = "q={searchTerms}&bbox={geo:box?}&datetime={time:start?}/{time:end?}&limit={count?}"
ElementTree.register_namespace("geo", GEO)
ElementTree.register_namespace("time", TIME)

router = APIRouter(tags=["feeds"])


@router.get(
    "/opensearch.xml",
    summary="Describe the search to browsers and search clients",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
def description(request: Request) -> Response:
    """The addresses of the search, as a page and as an Atom feed."""
    return Response(_document(own_address(request)), media_type=MEDIA_TYPE, headers={"Cache-Control": KEEP})


def _document(base: str) -> bytes:
    icon = f"{base}/static/img/mark.svg"
    return document(
        element(
            "OpenSearchDescription",
            [
                element("ShortName", "EO datasets"),
                element("LongName", "EO Dataset Catalogue"),
                element("Description", "Earth observation datasets for machine learning"),
                element("Tags", "earth observation machine learning datasets"),
                element("Url", None, {"type": "text/html", "template": f"{base}/datasets?q={{searchTerms}}"}),
                element(
                    "Url",
                    None,
                    {"type": "application/atom+xml", "template": f"{base}/datasets.atom?{TEMPLATE}"},
                ),
                element(
                    "Url", None, {"type": MEDIA_TYPE, "rel": "self", "template": f"{base}/opensearch.xml"}
                ),
                element("Image", icon, {"type": "image/svg+xml"}),
                element("Language", "en"),
                element("InputEncoding", "UTF-8"),
                element("OutputEncoding", "UTF-8"),
            ],
            {"xmlns": OPENSEARCH, "xmlns:geo": GEO, "xmlns:time": TIME},
        )
    )
