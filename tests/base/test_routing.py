"""The short way leads to the same routes as the framework's own."""

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.testclient import TestClient

from app.base.routing import Shortcut

ADDRESSES = (
    "/", "/things", "/things/", "/things/one", "/things/one.json", "/things/new", "/things/one/parts/2",
    "/things/one/parts/two", "/files/a/b/c", "/other", "/none", "/none/at/all", "//things", "/things//one",
)  # fmt: skip


def service(*, short: bool) -> TestClient:
    first, inner, things, others = APIRouter(), APIRouter(), APIRouter(prefix="/things"), APIRouter()

    def told(request: Request) -> dict[str, object]:
        route = request.scope["route"].path
        return {
            "route": route,
            "found": request.path_params,
            "self": str(request.url_for("told_thing", name="x")),
        }

    inner.add_api_route("/things/{name}.json", told, methods=["GET"])
    first.include_router(inner)
    for path in ("", "/new", "/{name}", "/{name}/parts/{part:int}"):
        things.add_api_route(path, told, methods=["GET"], name="told_thing" if path == "/{name}" else "told")
    things.add_api_route("/{name}", told, methods=["PUT"])
    others.add_api_route("/files/{path:path}", told, methods=["GET"])
    others.add_api_route("/{word}", told, methods=["GET"])
    app = FastAPI()
    for router in (first, things, others):
        app.include_router(router)
    if short:
        app.router.middleware_stack = Shortcut(app.router, (first, things, others))
    return TestClient(app)


@pytest.fixture(scope="module")
def both() -> tuple[TestClient, TestClient]:
    return service(short=True), service(short=False)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_is_answered_as_without_the_shortcut(both, method, address):
    short, long = (
        client.request(method, f"http://testserver{address}", follow_redirects=False) for client in both
    )

    assert (short.status_code, short.content, short.headers.get("location")) == (
        long.status_code,
        long.content,
        long.headers.get("location"),
    )


def test_only_routes_that_may_fit_are_tried():
    router = APIRouter()
    for path in ("/a/{one}", "/a/{one}/b", "/{any}/c", "/b/{rest:path}"):
        router.add_api_route(path, lambda: None)

    tried = [route.path for route in Shortcut(FastAPI().router, [router]).fitting("a", 2)]

    assert tried == ["/a/{one}", "/{any}/c"]
