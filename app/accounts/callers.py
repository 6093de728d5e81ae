"""From where a request came, as far as it is kept: the program that sent it, and its network."""

import ipaddress
from dataclasses import dataclass

from fastapi import Request

LONGEST_AGENT = 200


@dataclass(frozen=True)
class Caller:
    """`place` counts attempts and is never stored; `network` and `agent` are shown to the account's owner."""

    place: str
    network: str
    agent: str


def caller_of(request: Request) -> Caller:
    """Who sent a request. An IPv6 customer has a whole /64, so that counts as one place."""
    given = request.client.host if request.client else ""
    agent = "".join(
        sign for sign in request.headers.get("user-agent", "")[:LONGEST_AGENT] if sign.isprintable()
    )
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return Caller(given, "unknown", agent)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.version == 4:
        return Caller(str(address), _network(address, 24), agent)
    return Caller(_network(address, 64), _network(address, 48), agent)


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int) -> str:
    return str(ipaddress.ip_network((address, length), strict=False))
