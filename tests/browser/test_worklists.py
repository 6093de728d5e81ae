"""Filling in what is missing and changing many records: without scripts, without barriers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.accounts.callers import Caller
from app.accounts.changes import create_user
from app.accounts.rights import Role
from app.base.db import connect
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.curation import bulk, changes_bulk
from app.curation.actors import Actor
from app.settings import Settings
from app.web import create_app
from tests.conftest import serving

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CONFLICT = {"field": "year", "value": 2019, "source": "rsfm"}
NAMES = ("Hedges", "Orchards", "Vineyards")


class Desk:
    """A service of its own, with three records, and two people who are signed in."""

    def __init__(self, address: str, secrets: dict[str, str], set_: str) -> None:
        self.address, self.secrets, self.set = address, secrets, set_


@pytest.fixture
def desk(new_database, settings: Settings) -> Iterator[Desk]:
    engine, secrets = connect(new_database), {}
    with Session(engine) as session, session.begin():
        for name in NAMES:
            known = {"year": 2018, "tasks": ["counting"], "urls": {"home": "https://fields.example.org/a"}}
            told = {"conflicts": [CONFLICT], "provenance": {"tasks": {"sources": ["paper"]}}}
            publish(
                session,
                DatasetRecord(
                    uuid=uuid5(NAMESPACE_URL, name),
                    slug=name.lower(),
                    name=name,
                    kind="ml-dataset",
                    **known,
                    **told,
                ),
            )
        for name, role in (("Rosa", Role.REVIEWER), ("Emil", Role.EDITOR)):
            user = create_user(session, email=f"{name.lower()}@example.org", name=name, role=role)
            session.flush()
            secrets[name] = sessions.begin(session, user, "complete", Caller("", "", "a browser"))
            actor = Actor(role=role, user_id=user.id, name=name, email=user.email)
        change = bulk.change("modalities", "set", {"modalities": ("rgb",)})
        set_, _ = changes_bulk.send(session, actor, change, ["hedges", "orchards"])
    with serving(create_app(settings, new_database)) as address:
        yield Desk(address, secrets, str(set_))
    engine.dispose()


@pytest.fixture
def page_of(browser: Browser, desk: Desk) -> Iterator[Callable[..., Page]]:
    """Opens a page for somebody, with scripts or without."""
    contexts = []

    def open_it(name: str, **options) -> Page:
        context = browser.new_context(base_url=desk.address, locale="en-GB", **options)
        contexts.append(context)
        context.add_cookies([{"name": "session", "value": desk.secrets[name], "url": desk.address}])
        return context.new_page()

    yield open_it
    for context in contexts:
        context.close()


def test_licences_are_filled_in_one_after_the_other_and_published_together(page_of):
    rosa = page_of("Rosa", java_script_enabled=False)
    rosa.goto("/curation")
    rosa.locator("#group-missing + ul").get_by_role("link", name="Licence").click()
    rosa.get_by_role("link", name="Go through them one by one").click()
    for _name in NAMES[:2]:
        rosa.get_by_label("Licence of the data").fill("CC-BY-4.0")
        rosa.get_by_role("button", name="Send and next").click()
        expect(rosa.get_by_role("status")).to_contain_text("Sent to review")
    rosa.get_by_role("button", name="Stated nowhere, and next").click()
    expect(rosa.get_by_role("status")).to_contain_text("last record of this list")

    emil = page_of("Emil", java_script_enabled=False)
    emil.goto("/curation/queue?kind=bulk&q=Rosa")
    expect(emil.locator("tbody tr")).to_have_count(3)


def test_a_selection_is_changed_reviewed_and_found(page_of, desk: Desk):
    rosa = page_of("Rosa", java_script_enabled=False)
    rosa.goto("/curation/lists/missing/licence")
    for name in NAMES[:2]:
        rosa.get_by_label(f"Choose {name}").check()
    rosa.get_by_role("button", name="Change the chosen together").click()
    rosa.get_by_label("Licence of the data").fill("MIT")
    rosa.get_by_role("button", name="Preview every record").click()
    rosa.get_by_role("button", name="Send 2 revisions to review").click()
    expect(rosa.get_by_text("somebody else decides about it")).to_be_visible()
    place = rosa.url

    emil = page_of("Emil", java_script_enabled=False)
    emil.goto(place)
    emil.get_by_role("button", name="Accept and publish all").click()
    expect(emil.get_by_text("2 published")).to_be_visible()
    emil.goto("/datasets?licence_class=open")
    for name in NAMES[:2]:
        expect(emil.get_by_role("link", name=name, exact=True).first).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_no_page_of_the_lists_has_a_barrier_or_is_too_wide(page_of, desk: Desk, width: int, scheme: str):
    page = page_of("Emil", viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = []
    for path in (
        "/curation",
        "/curation/lists/missing/licence",
        "/curation/lists/missing/licence/fill?record=hedges",
        "/curation/lists/missing/theme/fill?record=hedges",
        "/curation/lists/conflict/any/fill?record=hedges",
        "/curation/lists/unconfirmed/any",
        "/curation/lists/age/unreviewed",
        "/curation/lists/age/unreviewed/fill?record=hedges",
        "/curation/bulk?field=tasks&record=hedges",
        f"/curation/change-sets/{desk.set}",
        "/curation/vocabularies",
        "/curation/vocabularies/task",
        "/curation/vocabularies/task/term?code=counting",
    ):
        assert page.goto(path).status == 200
        page.evaluate(AXE.read_text())
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [f"{path}: {one['id']} {one['nodes'][0]['html']}" for one in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path}: wider than {width}")

    assert found == []
