"""Every state of a link, played by servers here."""

import gzip
import io
import tarfile
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.base.outside import Limits, NoAnswer
from app.links import magic, probe
from app.links.probe import Known, Outcome
from app.links.states import LOOKS, NO_VERDICT, SUCCESSES, State
from tests.base.world import UNTRUSTED, page, redirect
from tests.links.conftest import ZIP

HOME = "https://data.example.org/home"
FILE = "https://data.example.org/file.zip"
HTML = b"<!DOCTYPE html><html><title>Login</title></html>"


def seen(world, address: str = HOME, **known) -> Outcome:
    is_file = known.pop("is_file", address.endswith(".zip"))
    return probe.probe(world.outside(), Known(address, is_file=is_file, **known))


def test_page_that_answers_is_ok_by_its_head_alone(world):
    world.say("data.example.org/home", page(200, HTML, "text/html"))

    assert seen(world).state == State.OK
    assert [one.method for one in world.asked] == ["HEAD"]


@pytest.mark.parametrize("status", [403, 404, 405, 500, 501])
def test_server_that_knows_no_head_is_asked_for_the_first_bytes(world, status):
    def play(connection, asked):
        connection.sendall(page(status) if asked.method == "HEAD" else page(200, HTML, "text/html"))

    world.say("data.example.org/home", play)

    assert seen(world).state == State.OK
    assert [one.method for one in world.asked] == ["HEAD", "GET"]
    assert world.asked[1].headers["range"] == "bytes=0-511"


def test_file_is_known_by_its_first_bytes_and_its_size(world):
    world.say("data.example.org/file.zip", page(206, ZIP[:512], content_range="bytes 0-511/123456"))

    found = seen(world, FILE)

    assert (found.state, found.size) == (State.OK, 123456)
    assert [one.method for one in world.asked] == ["GET"]


def test_server_that_ignores_the_range_is_not_read_to_the_end(world):
    world.say("data.example.org/file.zip", page(200, ZIP + bytes(5_000_000)))

    found = seen(world, FILE)

    assert (found.state, found.size) == (State.OK, len(ZIP) + 5_000_000)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (401, State.AUTH), (407, State.AUTH), (402, State.FORBIDDEN), (403, State.FORBIDDEN),
        (451, State.FORBIDDEN), (404, State.NOT_FOUND), (410, State.GONE), (408, State.TIMEOUT),
        (504, State.TIMEOUT), (429, State.ROBOTS), (999, State.ROBOTS), (500, State.UNKNOWN),
        (503, State.UNKNOWN), (304, State.UNKNOWN), (418, State.UNKNOWN),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", [HOME, FILE])
def test_status_has_its_state(world, address, status, state):
    world.say(address.removeprefix("https://"), page(status, b"" if status == 304 else b"words"))

    found = seen(world, address)

    assert (found.state, found.status) == (state, status)
    assert str(status) in found.note


@pytest.mark.parametrize("statuses", [(301,), (308,), (301, 308)])
def test_permanent_redirects_are_a_move(world, statuses):
    for number, status in enumerate(statuses):
        world.say(f"data.example.org/{number or 'home'}", redirect(f"/{number + 1}", status))
    world.say(f"data.example.org/{len(statuses)}", page(200))

    found = seen(world)

    assert found.state == State.MOVED
    assert found.target == f"https://data.example.org/{len(statuses)}"


def test_temporary_redirect_is_no_move(world):
    world.say("data.example.org/home", redirect("/there", 302))
    world.say("data.example.org/there", page(200))

    assert seen(world).state == State.OK


def test_move_to_nothing_is_not_found(world):
    world.say("data.example.org/home", redirect("/there", 301))

    assert seen(world).state == State.NOT_FOUND


@pytest.mark.parametrize(
    "target",
    ["https://login.example.org/", "https://data.example.org/users/sign_in?next=/home",
     "https://data.example.org/oauth/authorize?client_id=1", "https://data.example.org/cas/login"],
)  # fmt: skip
def test_redirect_to_a_sign_in_page_asks_for_a_sign_in(world, target):
    world.say("data.example.org/home", redirect(target))
    world.say(target.removeprefix("https://").partition("?")[0], page(200, HTML, "text/html"))

    assert seen(world).state == State.AUTH


def test_page_about_logins_is_no_sign_in(world):
    world.say("data.example.org/home", redirect("/catalogues/logins-of-the-world"))
    world.say("data.example.org/catalogues/logins-of-the-world", page(200))

    assert seen(world).state == State.OK


@pytest.mark.parametrize("body", [HTML, b"\n <html><body>", b"<head><title>"])
def test_page_instead_of_a_file_is_told_apart(world, body):
    world.say("data.example.org/file.zip", page(200, body, "application/zip"))

    assert seen(world, FILE).state == State.HTML


def test_page_by_media_type_instead_of_a_file_is_told_apart(world):
    world.say("data.example.org/file.zip", page(200, b"<p>Sorry", "text/html; charset=utf-8"))

    assert seen(world, FILE).state == State.HTML


def test_file_of_another_kind_than_promised_is_no_clear_answer(world):
    world.say("data.example.org/file.zip", page(200, b"\x89PNG\r\n\x1a\n" + bytes(99)))

    found = seen(world, FILE)

    assert found.state == State.UNKNOWN
    assert "does not begin" in found.note


@pytest.mark.parametrize(
    "answer",
    [
        page(206, ZIP[:100], content_range="bytes 0-511/9000", content_length="512"),
        page(200, b""),
        page(200, ZIP[:100], content_length="90000"),
        page(416, b"", content_range="bytes */0"),
    ],
    ids=["range", "empty", "whole", "no-range"],
)
def test_file_that_breaks_off_or_is_empty_is_truncated(world, answer):
    world.say("data.example.org/file.zip", answer)

    assert seen(world, FILE).state == State.TRUNCATED


def test_file_of_another_size_than_before_has_changed(world):
    world.say("data.example.org/file.zip", page(206, ZIP[:512], content_range="bytes 0-511/9000"))

    assert seen(world, FILE, size=9000).state == State.OK
    changed = seen(world, FILE, size=8000)

    assert changed.state == State.SIZE
    assert "9,000" in changed.note and "8,000" in changed.note


def test_size_of_a_packed_answer_says_nothing(world):
    world.say("data.example.org/file.zip", page(200, ZIP, content_encoding="gzip"))

    assert seen(world, FILE, size=8000).size is None


def test_file_with_another_checksum_than_before_has_changed(world):
    world.say("data.example.org/file.zip", page(200, ZIP, content_md5="bm90IG1pbmU="))

    first = seen(world, FILE)

    assert first.checksum == "content-md5 bm90IG1pbmU="
    assert seen(world, FILE, checksum=first.checksum).state == State.OK
    assert seen(world, FILE, checksum="content-md5 b3RoZXI=").state == State.CHECKSUM


@pytest.mark.parametrize(
    "answer",
    [
        page(403, b"x", cf_mitigated="challenge"),
        page(202, b"", x_amzn_waf_action="challenge"),
        page(403, b"<html><title>Just a moment...</title>", "text/html"),
        page(503, b"<form>Please solve this CAPTCHA", "text/html"),
    ],
    ids=["header", "waf", "moment", "captcha"],
)
def test_server_that_wants_to_see_a_person_gives_no_verdict(world, answer):
    world.say("data.example.org/home", answer)

    assert seen(world).state == State.ROBOTS


def test_page_about_captchas_is_ok(world):
    world.say("data.example.org/home", page(200, b"<html>Breaking CAPTCHA with networks", "text/html"))

    assert seen(world).state == State.OK


def test_certificate_that_fails_is_told_apart(world):
    world.say(f"{UNTRUSTED}/home", page(200))

    assert seen(world, f"https://{UNTRUSTED}/home").state == State.TLS


@pytest.mark.parametrize("address", ["https://nowhere.example.org/", "https://inside.example.org/"])
def test_name_that_leads_nowhere_public_is_told_apart(world, address):
    world.name("inside.example.org", "10.0.0.1")

    assert seen(world, address).state == State.DNS
    assert world.dialled == []


@pytest.mark.parametrize("address", [HOME, FILE])
def test_server_that_stays_silent_times_out(world, monkeypatch, address):
    monkeypatch.setattr(probe, "LIMITS", Limits(0.3, 100_000))
    world.say(address.removeprefix("https://"), lambda _connection, _asked: time.sleep(1))

    assert seen(world, address).state == State.TIMEOUT


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", redirect("/home"), redirect("file:///etc/passwd")])
def test_nonsense_is_no_clear_answer(world, answer):
    world.say("data.example.org/home", answer)

    assert seen(world).state == State.UNKNOWN


def test_request_for_rest_is_heard(world):
    world.say("data.example.org/home", page(429, b"", retry_after="120"))

    found = seen(world)

    assert (found.wait, found.is_busy) == (120, True)


def test_rest_may_be_a_date(world):
    told = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    world.say("data.example.org/home", page(503, b"", retry_after=told))

    assert 3500 <= seen(world).wait <= 3601


@pytest.mark.parametrize(
    ("told", "wait"), [("99999999999999", 604_800), ("Mon, 01 Jan 2001 00:00:00 GMT", 0), ("0", 0)]
)
def test_rest_lasts_a_week_at_most_and_is_never_in_the_past(world, told, wait):
    world.say("data.example.org/home", page(503, b"", retry_after=told))

    assert seen(world).wait == wait


@pytest.mark.parametrize("told", ["soon", "-5", "Mon, 99 Foo", "1e9"])
def test_rest_that_cannot_be_read_is_none(world, told):
    world.say("data.example.org/home", page(503, b"", retry_after=told))

    assert seen(world).wait is None


def test_switched_off_is_no_state(world):
    with pytest.raises(NoAnswer):
        probe.probe(world.outside(is_on=False), Known(HOME))


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.zip", ZIP), ("a.tar.gz", gzip.compress(b"x", mtime=0)),
        ("a.tif", b"II*\0more"), ("a.TIFF", b"MM\0+more"),
        ("a.nc", b"CDF\x02"), ("a.nc", b"\x89HDF\r\n\x1a\n"), ("a.parquet", b"PAR1"),
        ("a.json", b"\xef\xbb\xbf [1]"),
        ("a.geojson", b'\n{"type"'), ("a.csv", b"anything"), ("a.pdf", b"%PDF-1.7"), ("a", b"anything"),
        ("a.zip?download=1", ZIP),
    ],
)  # fmt: skip
def test_file_begins_as_its_kind_does(name, start):
    assert magic.fits(f"https://data.example.org/{name}", start)


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.zip", b"\x1f\x8b"), ("a.tif", b"PK\x03\x04"), ("a.json", b"<xml>"), ("a.tar", bytes(512))],
)
def test_file_that_begins_otherwise_does_not_fit(name, start):
    assert not magic.fits(f"https://data.example.org/{name}", start)


def test_archive_of_tar_is_known_by_its_mark():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("name"))

    assert magic.fits("https://data.example.org/a.tar", packed.getvalue()[:512])


def test_every_state_has_a_look_and_only_successes_look_good():
    assert set(LOOKS) == set(State)
    assert {state for state, look in LOOKS.items() if look.kind == "good"} == SUCCESSES
    assert {state for state, look in LOOKS.items() if look.kind == "unknown"} == NO_VERDICT
