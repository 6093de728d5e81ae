"""What is kept of where a request came from."""

import pytest
from fastapi import Request

from app.accounts.callers import caller_of


def request(address: str, agent: str = "") -> Request:
    headers = [(b"user-agent", agent.encode("latin-1"))]
    return Request({"type": "http", "client": (address, 1), "headers": headers})


@pytest.mark.parametrize(
    ("address", "place", "network"),
    [
        ("203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
        ("testclient", "testclient", "unknown"),
    ],
)
def test_place_counts_and_only_the_network_is_kept(address, place, network):
    found = caller_of(request(address))

    assert (found.place, found.network) == (place, network)


def test_name_of_a_program_is_kept_short_and_printable():
    agent = caller_of(request("203.0.113.77", "Fire\x1b[31mfox\n" + "x" * 1000)).agent

    assert len(agent) <= 200
    assert agent.isprintable()
