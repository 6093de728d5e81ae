"""The conformance classes that the tests hold; nothing is listed that no test asks for."""

CORE = "https://api.stacspec.org/v1.0.0/core"

STAC_CLASSES: tuple[str, ...] = (
    CORE,
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/collection-search",
    "https://api.stacspec.org/v1.0.0-rc.1/collection-search#free-text",
    "https://api.stacspec.org/v1.1.0/collection-search#sort",
    "https://api.stacspec.org/v1.0.0/collection-search#fields",
    "https://api.stacspec.org/v1.0.0-rc.2/children",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/simple-query",
)

RECORD_CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"

OGC_CLASSES: tuple[str, ...] = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    RECORD_CORE,
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-collection",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core-query-parameters",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/records-api",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/searchable-catalog",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/sorting",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json",
)
