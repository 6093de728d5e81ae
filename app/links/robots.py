"""What servers ask of programs in their robots.txt (RFC 9309), read once a visit."""

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from app.base.outside import Limits, NoAnswer, Outside

LIMITS = Limits(seconds=10.0, body_bytes=500_000)
LONGEST_PAUSE_SECONDS = 30.0


class Robots:
    """The rules of the servers of one visit.

    Where a server has no such file everything is allowed. Where it does not answer, the look itself is what
    tells so, and ends the visit.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._rules: dict[str, RobotFileParser] = {}

    def knows(self, address: str) -> bool:
        """Whether the rules for an address were read already."""
        return _origin(address) in self._rules

    def read(self, address: str) -> None:
        """Ask the server of an address for its rules.

        Raises:
            NoAnswer: only with the reason "off": nothing may be asked from here.
        """
        origin, rules = _origin(address), RobotFileParser()
        try:
            answer = self._outside.ask(f"{origin}/robots.txt", enough=LIMITS.body_bytes, limits=LIMITS)
            text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
        except NoAnswer as error:
            if error.reason == "off":
                raise
            text = ""
        rules.parse(text.splitlines())
        self._rules[origin] = rules

    def allow(self, address: str) -> bool:
        """Whether a program like this one may look at an address; where no rule is known, it may."""
        rules = self._rules.get(_origin(address))
        return rules is None or rules.can_fetch(self._outside.agent, address)

    def pause(self, address: str) -> float:
        """Seconds that the server wants between two requests; 0 where it does not say."""
        rules = self._rules.get(_origin(address))
        told = rules.crawl_delay(self._outside.agent) if rules else None
        return min(float(told or 0), LONGEST_PAUSE_SECONDS)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
