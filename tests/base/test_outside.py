"""The one client for other servers: whom it asks, where it stops, and what it says then."""

import gzip
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from app.base import outside_wire
from app.base.outside import Limits, NoAnswer, Outside
from app.base.outside_wire import is_public
from tests.base.world import PUBLIC, UNTRUSTED, Asked, World, living, page, redirect

SOON = Limits(seconds=0.5, body_bytes=100_000)
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.8.9.10",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:7f00:1", "::8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::1",
    "2001:10::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:4700::1%1", "fec0::1", "ff02::1", "4000::1",
    "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "", "1.2.3", "1.2.3.4.5",
]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Servers that play every host."""
    with living(tmp_path) as found:
        yield found


def refused(outside: Outside, address: str, **more: object) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        outside.ask(address, **more)  # type: ignore[arg-type]
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_that_the_internet_cannot_reach_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", PUBLIC, "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
     "192.169.0.1", "223.255.255.254", "2606:4700:4700::1111", "2a00:1450::1", "2001:4860::8888"],
)  # fmt: skip
def test_address_that_the_internet_reaches_is_public(address):
    assert is_public(address)


def test_production_allows_no_network_and_knows_the_usual_ports_only():
    defaults = {one.name: one.default for one in fields(Outside)}

    assert defaults["allowed"] == ()
    assert defaults["ports"] == {80, 443}
    assert defaults["resolve"] is outside_wire.resolve
    assert defaults["dial"] is outside_wire.dial
    assert defaults["trust"] is None


def test_question_goes_to_the_resolved_address_under_the_name_asked_for(world):
    world.say("data.example.org/file", page(200, b"words"))

    answer = world.outside().ask("https://data.example.org/file?a=1#part")

    assert answer.body == b"words"
    asked = world.asked[0]
    assert asked.dialled == (PUBLIC, 443)
    assert (asked.host, asked.sni, asked.path) == ("data.example.org", "data.example.org", "/file?a=1")
    assert asked.headers["user-agent"] == "EO-Dataset-Catalogue/1 (+https://catalogue.example.net)"
    assert not {"cookie", "authorization", "referer"} & asked.headers.keys()


@pytest.mark.parametrize("address", [one for one in NOT_PUBLIC if one.replace(".", "").isdigit()][:16])
def test_private_address_in_the_question_is_not_dialled(world, address):
    assert refused(world.outside(), f"http://{address}/").reason in ("private", "name")
    assert world.dialled == []


@pytest.mark.parametrize("address", ["[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fd00:ec2::254]"])
def test_private_address_of_version_6_is_not_dialled(world, address):
    assert refused(world.outside(), f"https://{address}/latest/meta-data/").reason == "private"
    assert world.dialled == []


@pytest.mark.parametrize(
    "address", ["10.0.0.7", "169.254.169.254", "::ffff:10.0.0.7", "fd00:ec2::254", "::1"]
)
def test_name_of_a_private_address_is_not_dialled(world, address):
    world.name("inside.example.org", address)

    assert refused(world.outside(), "https://inside.example.org/").reason == "private"
    assert world.dialled == []


def test_name_with_a_public_and_a_private_address_is_not_dialled(world):
    world.name("both.example.org", PUBLIC, "10.0.0.7")

    assert refused(world.outside(), "https://both.example.org/").reason == "private"
    assert world.dialled == []


def test_name_server_that_changes_its_mind_gains_nothing(world):
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    world.names["turning.example.org"] = lambda: next(answers)
    world.say("turning.example.org/", page(200, b"public"))

    answer = world.outside().ask("http://turning.example.org/")

    assert answer.body == b"public"
    assert world.dialled == [(PUBLIC, 80)]
    assert refused(world.outside(), "http://turning.example.org/").reason == "private"
    assert world.dialled == [(PUBLIC, 80)]


def test_names_are_asked_of_the_given_resolver_only(world, monkeypatch):
    world.say("data.example.org/", page(200))

    def asked_twice(host: str, *_more: object, **_named: object) -> object:
        if host != "127.0.0.1":
            raise AssertionError(f"{host} was resolved a second time")
        return real(host, *_more, **_named)

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", asked_twice)

    assert world.outside().ask("https://data.example.org/").status == 200


def test_second_address_is_tried_where_the_first_takes_no_connection(world):
    world.name("two.example.org", "93.184.215.1", "93.184.215.2")
    world.say("two.example.org/", page(200, b"second"))

    def dial(address: str, port: int, seconds: float) -> object:
        if address == "93.184.215.1":
            raise outside_wire.httpcore2.ConnectError("refused")
        return world.dial(address, port, seconds)

    assert world.outside(dial=dial).ask("http://two.example.org/").body == b"second"


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/",
     "http://0.0.0.0/", "http://inside.example.org/", "//10.0.0.1/"],
)  # fmt: skip
def test_redirect_to_a_private_address_is_not_followed(world, target):
    world.name("inside.example.org", "192.168.1.1")
    world.say("data.example.org/", redirect(target))

    assert refused(world.outside(), "http://data.example.org/").reason == "private"
    assert world.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "address"), ("ftp://data.example.org/", "scheme"),
        ("gopher://data.example.org/", "scheme"), ("https://data.example.org:8443/", "port"),
        ("http://data.example.org:22/", "port"), ("https://someone:secret@data.example.org/", "address"),
        ("http://data.example.org:99999/", "port"),
    ],
)  # fmt: skip
def test_redirect_to_another_kind_of_address_is_not_followed(world, target, reason):
    world.say("data.example.org/", redirect(target))

    assert refused(world.outside(), "http://data.example.org/").reason == reason
    assert len(world.dialled) == 1


@pytest.mark.parametrize(
    "address",
    ["", "words", "//data.example.org/", "javascript:alert(1)", "http://", "http:///path", "https://a b/",
     "http://data.example.org\\@inside.example.org/", "http://data.example.org/\r\nX-More: 1",
     "http://user:secret@data.example.org/", "http://data.example.org/\x00", "http://[::1", "http://x:y/",
     "http://data.example.org/" + "x" * 4000],
)  # fmt: skip
def test_what_is_no_plain_address_is_not_asked(world, address):
    assert refused(world.outside(), address).reason in ("address", "scheme")
    assert world.dialled == []


def test_redirects_are_followed_and_told(world):
    world.say("data.example.org/a", redirect("/b", 301))
    world.say("data.example.org/b", redirect("http://more.example.org/c"))
    world.say("more.example.org/c", page(200, b"there"))

    answer = world.outside().ask("https://data.example.org/a")

    assert answer.address == "http://more.example.org/c"
    assert [(hop.address, hop.status) for hop in answer.hops] == [
        ("https://data.example.org/a", 301),
        ("https://data.example.org/b", 302),
    ]


def test_at_most_five_redirects_are_followed(world):
    for number in range(5):
        world.say(f"data.example.org/{number}", redirect(f"/{number + 1}"))
    world.say("data.example.org/5", page(200, b"end"))
    world.say("data.example.org/before", redirect("/0"))

    assert world.outside().ask("http://data.example.org/0").body == b"end"
    assert refused(world.outside(), "http://data.example.org/before").reason == "redirects"


def test_redirect_away_from_tls_is_refused_where_tls_is_asked_for(world):
    world.say("data.example.org/", redirect("http://data.example.org/plain"))
    world.say("data.example.org/plain", page(200))

    assert refused(world.outside(), "https://data.example.org/", only_https=True).reason == "downgrade"
    assert world.outside().ask("https://data.example.org/").status == 200


@pytest.mark.parametrize("where", ["question", "redirect"])
def test_host_that_is_not_on_the_list_is_not_asked(world, where):
    world.say("data.example.org/", redirect("https://other.example.org/"))
    world.say("other.example.org/", page(200))
    start = "https://data.example.org/" if where == "redirect" else "https://other.example.org/"

    fault = refused(world.outside(), start, hosts={"data.example.org"})

    assert fault.reason == "host"
    assert all(one.host == "data.example.org" for one in world.asked)


def test_host_is_compared_as_it_is_dialled(world):
    world.say("data.example.org/", page(200))

    assert world.outside().ask("https://DATA.example.org/", hosts={"data.example.org"}).status == 200
    assert refused(world.outside(), "https://data.example.org.evil.com/", hosts={"data.example.org"})


def test_certificate_that_nobody_signed_is_refused(world):
    world.say(f"{UNTRUSTED}/", page(200))

    fault = refused(world.outside(), f"https://{UNTRUSTED}/")

    assert fault.reason == "tls"
    assert "self-signed" in fault.message
    assert world.asked == []


def test_certificate_of_another_host_is_refused(world):
    world.say("data.elsewhere.net/", page(200))

    assert refused(world.outside(), "https://data.elsewhere.net/").reason == "tls"


def test_server_that_speaks_no_tls_is_told_apart(world):
    world.say("data.example.org/", page(200))
    outside = world.outside(dial=lambda address, _port, seconds: world.dial(address, 80, seconds))

    assert refused(outside, "https://data.example.org/", limits=SOON).reason in ("tls", "timeout")


def test_name_that_does_not_exist_is_told_apart(world):
    assert refused(world.outside(), "https://nowhere.example.org/").reason == "name"


def test_server_that_takes_no_connection_is_told_apart(world):
    world.say("data.example.org/", page(200))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]

    def dial(_address: str, _port: int, seconds: float) -> object:
        return outside_wire.dial("127.0.0.1", closed, seconds)

    assert refused(world.outside(dial=dial), "http://data.example.org/").reason == "connect"


def test_resolver_that_never_answers_ends_in_time(world):
    def never(_host: str, _port: int) -> list[str]:
        time.sleep(3)
        return [PUBLIC]

    start = time.monotonic()

    assert refused(world.outside(resolve=never), "https://slow.example.org/", limits=SOON).reason == "timeout"
    assert time.monotonic() - start < 2


def dripping(first: bytes, drop: bytes) -> object:
    def play(connection: socket.socket, _asked: Asked) -> None:
        connection.sendall(first)
        with suppress(OSError):
            while True:
                connection.sendall(drop)
                time.sleep(0.05)

    return play


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["nothing", "headers", "continue", "body", "chunks"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_server_that_drips_ends_in_time(world, scheme, first, drop):
    world.say("slow.example.org/", dripping(first, drop))
    start = time.monotonic()

    assert refused(world.outside(), f"{scheme}://slow.example.org/", limits=SOON).reason == "timeout"
    assert time.monotonic() - start < 2


def test_redirects_share_one_time_limit(world):
    def slowly(connection: socket.socket, _asked: Asked) -> None:
        time.sleep(0.2)
        connection.sendall(redirect("/"))

    world.say("slow.example.org/", slowly)
    start = time.monotonic()

    assert refused(world.outside(), "http://slow.example.org/", limits=SOON).reason == "timeout"
    assert time.monotonic() - start < 2


def test_handshake_that_never_ends_is_given_up(world):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        world.say("data.example.org/", page(200))
        outside = world.outside(dial=lambda _a, _p, seconds: outside_wire.dial("127.0.0.1", port, seconds))
        start = time.monotonic()

        assert refused(outside, "https://data.example.org/", limits=SOON).reason == "timeout"
        assert time.monotonic() - start < 2


def flooding(first: bytes, flood: bytes) -> object:
    def play(connection: socket.socket, _asked: Asked) -> None:
        with suppress(OSError):
            connection.sendall(first)
            while True:
                connection.sendall(flood)

    return play


@pytest.mark.parametrize(
    ("first", "flood", "reasons"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, ("large",)),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"8\r\nxxxxxxxx\r\n" * 999, ("large",)),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"1" * 4000 + b"\r\n", ("headers",)),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"1" * 4000, ("headers",)),
        (b"", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" * 999, ("large",)),
    ],
    ids=["body", "chunks", "headers", "one-header", "hints"],
)
def test_server_that_floods_is_stopped(world, first, flood, reasons):
    world.say("flood.example.org/", flooding(first, flood))

    assert refused(world.outside(), "http://flood.example.org/", limits=Limits(5, 100_000)).reason in reasons


def test_many_headers_are_refused(world):
    many = "".join(f"X-{number}: 1\r\n" for number in range(300))
    world.say("data.example.org/", f"HTTP/1.1 200 OK\r\n{many}content-length: 0\r\n\r\n".encode())

    assert refused(world.outside(), "http://data.example.org/").reason == "headers"


def test_packed_answer_is_unpacked_though_it_has_several_parts(world):
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    world.say("data.example.org/", page(200, packed, content_encoding="gzip"))

    assert world.outside().ask("https://data.example.org/").body == b"one two"
    assert world.asked[0].headers["accept-encoding"] == "gzip"


def test_gzip_bomb_is_not_unpacked(world):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    world.say("bomb.example.org/", page(200, bomb, content_encoding="gzip"))
    assert len(bomb) < 300_000

    fault = refused(world.outside(), "https://bomb.example.org/", limits=Limits(5, 1_000_000))

    assert fault.reason == "large"


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "compress", "gzip, br", "magic"])
def test_packing_that_was_not_asked_for_is_never_unpacked(world, encoding):
    bomb = gzip.compress(gzip.compress(bytes(10_000_000)))
    world.say("bomb.example.org/", page(200, bomb, content_encoding=encoding))

    assert refused(world.outside(), "https://bomb.example.org/").reason == "encoding"


@pytest.mark.parametrize("spoilt", [b"no gzip", gzip.compress(b"words" * 99, mtime=0)[:-20], b"\x1f\x8b\x08"])
def test_packed_answer_that_is_damaged_is_refused(world, spoilt):
    world.say("data.example.org/", page(200, spoilt, content_encoding="gzip"))

    assert refused(world.outside(), "https://data.example.org/").reason in ("encoding", "cut")


def test_answer_that_ends_before_its_promised_length_is_refused(world):
    world.say("data.example.org/", page(200, b"half", content_length="1000"))

    assert refused(world.outside(), "https://data.example.org/").reason == "cut"


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9\r\n", b"\x00" * 50, b"HTTP/9.9 OK\r\n\r\n", b""])
def test_answer_that_is_no_http_is_refused(world, answer):
    world.say("data.example.org/", answer)

    assert refused(world.outside(), "http://data.example.org/").reason == "broken"


def test_first_bytes_are_enough_of_an_endless_file(world):
    world.say("data.example.org/", flooding(b"HTTP/1.1 200 OK\r\n\r\nPK\x03\x04", b"x" * 65536))

    answer = world.outside().ask("http://data.example.org/", enough=4, headers={"range": "bytes=0-3"})

    assert (answer.body, answer.is_whole) == (b"PK\x03\x04", False)
    assert world.asked[0].headers["range"] == "bytes=0-3"
    assert world.asked[0].headers["accept-encoding"] == "identity"


def test_head_has_headers_and_no_body(world):
    world.say("data.example.org/", page(200, b"words", content_encoding="gzip"))

    answer = world.outside().ask("https://data.example.org/", method="HEAD")

    assert (answer.headers["content-length"], answer.body) == ("5", b"")


def test_cookies_are_not_kept(world):
    world.say("data.example.org/", page(302, set_cookie="a=1", location="/again"))
    world.say("data.example.org/again", page(200, set_cookie="b=2"))
    outside = world.outside()

    outside.ask("https://data.example.org/")
    outside.ask("https://data.example.org/")

    assert not any("cookie" in one.headers for one in world.asked)


def test_environment_does_not_lead_elsewhere(world, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    world.say("data.example.org/", page(200, b"direct"))

    assert world.outside().ask("https://data.example.org/").body == b"direct"
    assert world.dialled == [(PUBLIC, 443)]


def test_switched_off_nothing_is_asked(world):
    world.say("data.example.org/", page(200))

    assert refused(world.outside(is_on=False), "https://data.example.org/").reason == "off"
    assert world.dialled == []


def test_tests_may_allow_a_network_by_name(world):
    world.name("local.example.org", "127.0.0.1")
    world.say("local.example.org/", page(200, b"here"))

    outside = world.outside(allowed=(ip_network("127.0.0.0/8"),))

    assert outside.ask("http://local.example.org/").body == b"here"
