"""The interface for programs: everything a form does, without losing anybody's work."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import tokens
from app.accounts.rights import Role
from app.accounts.tables import Mail, User
from app.catalogue.tables import Dataset
from app.curation import changes
from app.curation.tables import IdempotencyKey, Revision
from tests.curation.conftest import draft

MERGE = "application/merge-patch+json"


@pytest.fixture
def bearer(session):
    """Headers with a token of somebody, good for everything their role allows."""

    def make(actor, *scopes):
        user = session.get(User, actor.user_id)
        chosen = scopes or tokens.scopes_for(Role(user.role))
        token = tokens.create_token(session, user, name=str(datetime.now()), scopes=chosen, days=30)
        session.commit()
        return {"Authorization": f"Bearer {token}"}

    return make


def suggest(client, headers, **body):
    return client.post("/api/suggestions", json={"record": draft(), **body}, headers=headers)


def test_a_program_suggests_and_reviewers_publish_with_tokens(client, session, bearer, submitter, reviewer):
    mine, theirs = bearer(submitter), bearer(reviewer)

    begun = suggest(client, mine, note="Please look at the licence.")
    place, tag = begun.headers["location"], begun.headers["etag"]
    queue = client.get("/api/revisions", headers=theirs).json()
    accepted = client.post(f"{place}/accept", json={}, headers={**theirs, "If-Match": tag})
    tag = accepted.headers["etag"]
    published = client.post(f"{place}/publish", json={}, headers={**theirs, "If-Match": tag})

    assert (begun.status_code, begun.json()["state"]) == (201, "submitted")
    assert [one["id"] for one in queue["revisions"]] == [begun.json()["id"]]
    assert (published.status_code, published.json()["number"]) == (200, 1)
    assert client.get("/api/datasets/fields-of-spring").json()["name"] == "Fields of Spring"
    audit = client.get(f"{place}/audit", headers=theirs).json()
    assert [one["action"] for one in audit["entries"]] == ["begin", "submit", "accept", "publish"]
    assert audit["is_whole"]
    comments = client.get(f"{place}/comments", headers=mine).json()["comments"]
    assert [one["text"] for one in comments] == ["Please look at the licence."]


def test_a_visitor_confirms_by_mail_and_follows_with_the_secret(client, session):
    begun = suggest(client, {}, email="vera@example.org", name="Vera")
    place, secret = begun.headers["location"], begun.json()["secret"]
    mail = session.scalar(select(Mail))
    link = next(word for word in mail.body.split() if "secret=" in word)

    waiting = client.get(place, headers={"Revision-Secret": secret}).json()
    session.expire_all()
    changes.confirm(session, link.partition("secret=")[2])
    session.commit()
    after = client.get(place, headers={"Revision-Secret": secret}).json()

    assert begun.status_code == 201
    assert (waiting["state"], waiting["waits_for_mail"]) == ("draft", True)
    assert mail.recipient == "vera@example.org"
    assert (after["state"], after["waits_for_mail"]) == ("submitted", False)
    assert client.get(place).status_code == 404
    assert client.get(place, headers={"Revision-Secret": "x"}).status_code == 404
    assert secret not in str(session.execute(select(Revision.__table__)).all())


def test_an_edit_of_a_submitted_draft_makes_the_mailed_link_useless(client, session):
    begun = suggest(client, {}, email="vera@example.org")
    headers = {"Revision-Secret": begun.json()["secret"], "If-Match": begun.headers["etag"]}
    link = next(word for word in session.scalar(select(Mail)).body.split() if "secret=" in word)

    client.patch(begun.headers["location"], json={"year": 2020}, headers={**headers, "Content-Type": MERGE})

    session.expire_all()
    with pytest.raises(Exception, match="Submit it again"):
        changes.confirm(session, link.partition("secret=")[2])


def test_changes_need_the_tag_of_the_state_they_were_made_on(client, bearer, submitter):
    mine = bearer(submitter)
    begun = suggest(client, mine, submit=False)
    place, tag = begun.headers["location"], begun.headers["etag"]
    patch = {"Content-Type": MERGE, **mine}

    bare = client.patch(place, json={"year": 2020}, headers=patch)
    star = client.patch(place, json={"year": 2020}, headers={**patch, "If-Match": "*"})
    first = client.patch(place, json={"year": 2020}, headers={**patch, "If-Match": tag})
    late = client.put(place, json=draft(year=2021), headers={**mine, "If-Match": tag})
    weak = client.put(place, json=draft(), headers={**mine, "If-Match": f"W/{first.headers['etag']}"})

    assert (bare.status_code, star.status_code, weak.status_code) == (428, 428, 412)
    assert first.json()["record"]["year"] == 2020
    assert late.status_code == 412
    assert late.headers["content-type"] == "application/problem+json"
    assert late.json()["current"]["record"]["year"] == 2020
    assert late.headers["etag"] == first.headers["etag"] == '"2"'


def test_a_merge_patch_removes_with_null_and_leaves_the_rest(client, bearer, submitter):
    mine = bearer(submitter)
    begun = suggest(client, mine, submit=False)
    headers = {**mine, "If-Match": begun.headers["etag"], "Content-Type": MERGE}

    patch = {"year": None, "licence": {"text": "CC BY 4.0"}}
    record = client.patch(begun.headers["location"], json=patch, headers=headers).json()["record"]
    xml = client.patch(begun.headers["location"], content="<a/>", headers={**headers, "Content-Type": "a/b"})

    assert "year" not in record
    assert record["licence"] == {"spdx": "CC-BY-4.0", "text": "CC BY 4.0"}
    assert xml.status_code == 415


def test_errors_are_reported_fact_by_fact_and_nothing_is_kept(client, session, bearer, submitter):
    answer = suggest(client, bearer(submitter), record={"name": "Fields", "year": "soon"})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "year" in {one["path"] for one in answer.json()["errors"]}
    assert all(one["detail"] and one["code"] for one in answer.json()["errors"])
    assert session.scalar(select(func.count()).select_from(Revision)) == 0


def test_the_same_request_with_the_same_key_is_done_once(client, session, bearer, submitter):
    headers = {**bearer(submitter), "Idempotency-Key": "a7"}

    first, second = suggest(client, headers), suggest(client, headers)
    other = suggest(client, headers, note="Another one.")

    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert first.headers["etag"] == second.headers["etag"]
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    assert session.scalar(select(func.count()).select_from(Revision)) == 1


def test_two_visitors_from_one_place_may_use_the_same_key_only_with_their_own_answers(client, session):
    headers = {"Idempotency-Key": "a7"}

    first = suggest(client, headers, email="vera@example.org")
    again = suggest(client, headers, email="vera@example.org")
    other = suggest(client, headers, email="otto@example.org")

    assert again.json() == first.json()
    assert other.status_code == 409
    kept = session.scalar(select(IdempotencyKey.body))
    assert first.json()["secret"] not in kept


def test_a_failed_request_can_be_sent_again_with_its_key(client, bearer, submitter):
    headers = {**bearer(submitter), "Idempotency-Key": "a7"}

    refused = suggest(client, headers, record={"name": "Fields"})
    done = suggest(client, headers)

    assert (refused.status_code, done.status_code) == (400, 201)


def test_conflicts_are_listed_and_settled_by_the_reviewer(
    client, session, bearer, add_dataset, submitted, published, reviewer
):
    add_dataset("spring", year=2019)
    mine = submitted("spring", **draft("Spring", year=2020))
    published("spring", **draft("Spring", year=2021))
    theirs = {**bearer(reviewer), "If-Match": f'"{mine.lock}"'}
    place = f"/api/revisions/{mine.id}"

    diff = client.get(f"{place}/diff", headers=theirs).json()
    refused = client.post(f"{place}/accept", json={}, headers=theirs)
    accepted = client.post(f"{place}/accept", json={"settle": {"year": "theirs"}}, headers=theirs)

    clash = {"path": "year", "base": 2019, "theirs": 2020, "ours": 2021}
    assert diff["conflicts"] == [clash]
    assert refused.status_code == 409
    assert refused.json()["conflicts"] == [clash]
    assert accepted.json()["record"]["year"] == 2020


def test_tokens_do_no_more_than_their_scopes(client, bearer, submitter, reviewer):
    begun = suggest(client, bearer(submitter))
    place, tag = begun.headers["location"], {"If-Match": begun.headers["etag"]}
    reads = bearer(reviewer, "read")

    assert client.get(place, headers=reads).status_code == 200
    assert suggest(client, reads).status_code == 403
    assert client.post(f"{place}/accept", json={}, headers={**reads, **tag}).status_code == 403
    suggests = {**bearer(reviewer, "suggest"), **tag}
    assert client.post(f"{place}/return", json={"reason": "x"}, headers=suggests).status_code == 403
    assert client.get("/api/revisions").status_code == 401
    assert client.get("/api/revisions", headers={"Authorization": "Bearer no"}).status_code == 401


def test_nobody_approves_their_own_submission(client, bearer, reviewer):
    mine = bearer(reviewer)
    begun = suggest(client, mine)

    answer = client.post(
        f"{begun.headers['location']}/accept", json={}, headers={**mine, "If-Match": begun.headers["etag"]}
    )

    assert answer.status_code == 403
    assert "themselves" in answer.json()["description"]


def test_what_was_said_on_the_way_is_not_published_with_the_record(client, bearer, published, person):
    place = f"/api/revisions/{published().id}"
    stranger = bearer(person(name="Sven"))

    for headers in ({}, stranger):
        seen = client.get(place, headers=headers).json()
        assert seen["record"]["name"] == "Fields of Spring"
        assert not {"submitter", "reason", "checks", "assigned_to"} & set(seen)
        assert client.get(f"{place}/audit", headers=headers).status_code == 404
        assert client.get(f"{place}/comments", headers=headers).status_code == 404


def test_a_remark_about_a_published_dataset_reaches_the_queue(client, bearer, add_dataset, reviewer):
    add_dataset("spring", **{**draft("Spring"), "name": "Spring"})

    answer = client.post(
        "/api/suggestions", json={"slug": "spring", "note": "The licence is wrong."}, headers=bearer(reviewer)
    )

    assert (answer.json()["kind"], answer.json()["state"]) == ("problem", "submitted")


def test_a_timed_acceptance_says_when_it_will_be_published(client, bearer, submitted, reviewer):
    revision = submitted()
    moment = (datetime.now(UTC) + timedelta(days=3)).isoformat()

    answer = client.post(
        f"/api/revisions/{revision.id}/accept",
        json={"publish_at": moment},
        headers={**bearer(reviewer), "If-Match": f'"{revision.lock}"'},
    )

    assert answer.json()["publish_at"] == moment


def test_editors_withdraw_datasets_by_token(client, session, bearer, published, editor):
    published()

    answer = client.post(
        "/api/datasets/fields-of-spring/withdraw", json={"reason": "A duplicate."}, headers=bearer(editor)
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert session.scalar(select(func.count()).select_from(Dataset)) == 0


def test_a_program_in_a_page_of_another_site_may_write_with_a_token(client):
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PATCH"}

    leave = client.options("/api/revisions/7b0a3d5e-0000-4000-8000-000000000000", headers=asked)

    assert leave.status_code == 204
    allowed = leave.headers["access-control-allow-headers"]
    assert all(name in allowed for name in ("Authorization", "If-Match", "Idempotency-Key"))
    assert "PATCH" in leave.headers["access-control-allow-methods"]


def test_visitors_are_slowed_down_by_the_database(client):
    statuses = [
        suggest(client, {}, submit=False, record={"name": f"Fields {number}"}).status_code
        for number in range(22)
    ]

    assert statuses == [201] * 20 + [429] * 2


@pytest.mark.parametrize("broken", [r"\u0000", r"\ud800"])
def test_signs_that_cannot_be_stored_are_refused(client, bearer, submitter, broken):
    body = f'{{"submit": false, "record": {{"name": "{broken}"}}}}'
    headers = {**bearer(submitter), "Content-Type": "application/json"}

    assert client.post("/api/suggestions", content=body, headers=headers).status_code == 400


def test_a_published_record_is_found_at_once_by_search_facets_map_and_stac(client, session, published):
    place = {"name": "Beauce", "precision": "city", "lon": 1.5, "lat": 48.2, "country": "FRA"}
    spatial = {"extent": "national", "countries": ["FRA"], "places": [place]}
    before = client.get("/api/datasets?q=spring").json()["number_matched"]
    first = published(spatial=spatial)
    session.commit()

    assert before == 0
    assert client.get("/api/datasets?q=spring").json()["number_matched"] == 1
    assert client.get("/api/facets?task=semantic-segmentation").json()["number_matched"] == 1
    assert client.get("/api/datasets?bbox=1,48,2,49").json()["number_matched"] == 1
    assert first.slug in {one["id"] for one in client.get("/stac/collections").json()["collections"]}
    assert len(client.get("/tiles/datasets/4/8/5.mvt").content) > 0
    ids = {one["id"] for one in client.get("/stac/search").json()["features"]}
    assert ids == {"beauce"}

    other = {**place, "name": "Brie", "lon": 2.9, "lat": 48.7}
    published(first.slug, spatial={**spatial, "places": [other]})
    session.commit()

    assert {one["id"] for one in client.get("/stac/search").json()["features"]} == {"brie"}


def test_a_browser_s_cookie_alone_changes_nothing(client, browser_of, submitter):
    browser = browser_of(submitter)
    body = {"record": draft(), "submit": False}

    bare = browser.client.post("/api/suggestions", json=body)
    foreign = browser.client.post(
        "/api/suggestions", json=body, headers={"Origin": "https://elsewhere.example", "X-Form-Token": "x"}
    )

    assert (bare.status_code, foreign.status_code) == (403, 403)


def test_a_page_of_ours_may_use_the_interface_with_the_token_of_its_form(browser_of, submitter):
    browser = browser_of(submitter)
    browser.look("/account")
    headers = {"Origin": "http://testserver", "X-Form-Token": browser.hidden("form_token")}

    answer = browser.client.post(
        "/api/suggestions", json={"record": draft(), "submit": False}, headers=headers
    )

    assert (answer.status_code, answer.json()["submitter"]) == (201, "Ada")


def test_the_queue_lists_what_one_may_see(client, session, bearer, submitted, submitter, reviewer, person):
    submitted()
    changes.begin(session, submitter, draft=draft("Begun"))
    stranger = person(name="Sven")

    def names(headers, query=""):
        return {
            one["name"] for one in client.get(f"/api/revisions{query}", headers=headers).json()["revisions"]
        }

    assert names(bearer(submitter)) == {"Fields of Spring", "Begun"}
    assert names(bearer(submitter), "?state=draft") == {"Begun"}
    assert names(bearer(stranger)) == set()
    assert names(bearer(reviewer)) == {"Fields of Spring"}
    assert names(bearer(reviewer), "?mine=true") == set()


def test_reviewers_do_not_list_the_drafts_of_others(client, session, bearer, submitter, reviewer, editor):
    changes.begin(session, submitter, draft=draft())

    for actor, seen in ((reviewer, 0), (editor, 1)):
        answer = client.get("/api/revisions?state=draft", headers=bearer(actor)).json()
        assert (len(answer["revisions"]), answer["number_matched"]) == (seen, seen)


def test_pages_of_the_list_follow_each_other(client, bearer, submitted, reviewer):
    for name in ("One", "Two", "Three"):
        submitted(name=name)
    headers, seen, after = bearer(reviewer), [], ""

    while True:
        answer = client.get("/api/revisions", params={"limit": 1, "after": after}, headers=headers).json()
        seen += [one["name"] for one in answer["revisions"]]
        if not (after := answer["next"]):
            break

    assert seen == ["One", "Two", "Three"]
    assert client.get("/api/revisions?after=x", headers=headers).status_code == 400
