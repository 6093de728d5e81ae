"""CQL2 text as CQL2-JSON: the grammar only. What the words mean is checked in `cql2_check`.

Tokens are cut once and read from left to right without going back, so that the time is proportional to the
length of the text, whatever it holds. Nesting is counted, because each level costs stack.
"""

import re
from typing import Any, NamedTuple, NoReturn

import numpy as np
import shapely

from app.base.errors import Invalid

DEEPEST_PARENTHESES = 48

GEOMETRIES = {
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
}
RESERVED = {"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE"}

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>[^\W\d][\w.:]*|:[\w.:]*)
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<string>'(?:[^']|'')*')
    | (?P<sign><>|<=|>=|!=|[=<>(),])
    )""",
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")


class Token(NamedTuple):
    """A word of the text: its kind, its characters as written, and where they start and end."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """In upper case where it is a bare name or a sign, else nothing: a quoted name is no keyword."""
        return self.text.upper() if self.kind in ("name", "sign") else ""


def read_text(text: str) -> Any:
    """Read a filter in CQL2 text.

    Raises:
        Invalid: not CQL2; the message says where and what was expected.
    """
    return _Reader(text).filter()


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while match := _TOKEN.match(text, at):
        kind = match.lastgroup or ""
        tokens.append(Token(kind, match[kind], match.start(kind), match.end()))
        at = match.end()
    at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
    if at < len(text):
        _refuse(text, at, _why_not(text[at]))
    tokens.append(Token("end", "", at, at))
    return tokens


def _why_not(character: str) -> str:
    if character in "'\"":
        return f"the quotation mark {character} is never closed; write it twice where it belongs to the text"
    if character in "+-*/^%":
        return "there is no arithmetic here; compare a property with a value"
    return f"{character!r} has no meaning there; texts stand in '…' and unusual property names in \"…\""


def _refuse(text: str, at: int, why: str) -> NoReturn:
    shown = text[at : at + 30]
    where = f"character {at + 1}, before {shown!r}" if shown else "its end"
    raise Invalid(f"The filter cannot be read at {where}: {why}.")


class _Reader:
    """Reads tokens one after the other; each method leaves off behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def filter(self) -> Any:
        """The whole text."""
        found = self._either()
        if self._now.kind != "end":
            self._refuse("AND, OR or the end was expected")
        return found

    @property
    def _now(self) -> Token:
        return self.tokens[self.at]

    @property
    def _next_word(self) -> str:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)].word

    def _refuse(self, why: str) -> NoReturn:
        _refuse(self.text, self._now.start, why)

    def _take(self, *words: str) -> str:
        """Go past one of some keywords or signs if it comes now, and say which."""
        word = self._now.word
        if word not in words:
            return ""
        self.at += 1
        return word

    def _expect(self, word: str) -> None:
        if not self._take(word):
            self._refuse(f"{word} was expected")

    def _open(self) -> None:
        self._expect("(")
        self._descend()

    def _descend(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST_PARENTHESES:
            self._refuse("it is nested too deeply; write fewer parentheses")

    def _close(self) -> None:
        self._expect(")")
        self.depth -= 1

    def _either(self) -> Any:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else {"op": "or", "args": parts}

    def _both(self) -> Any:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}

    def _one(self) -> Any:
        if self._take("NOT"):
            self._descend()
            negated = {"op": "not", "args": [self._one()]}
            self.depth -= 1
            return negated
        if self._now.word == "(":
            self._open()
            inner = self._either()
            self._close()
            return inner
        return self._predicate()

    def _predicate(self) -> Any:
        """A comparison, or a function that is true or false by itself."""
        left = self._operand()
        sign = self._take("=", "<>", "!=", "<", "<=", ">", ">=")
        if sign:
            return {"op": "<>" if sign == "!=" else sign, "args": [left, self._operand()]}
        if self._take("IS"):
            negated = bool(self._take("NOT"))
            self._expect("NULL")
            return _not_if(negated, {"op": "isNull", "args": [left]})
        negated = bool(self._take("NOT"))
        if op := self._take("LIKE", "BETWEEN", "IN"):
            return _not_if(negated, {"op": op.lower(), "args": [left, *self._operands_of(op)]})
        if negated or not (isinstance(left, bool) or (isinstance(left, dict) and "op" in left)):
            self._refuse("a comparison such as =, <, LIKE, IN, BETWEEN or IS NULL was expected")
        return left

    def _operands_of(self, op: str) -> list[Any]:
        if op == "IN":
            return [self._list()]
        first = self._operand()
        if op == "LIKE":
            return [first]
        self._expect("AND")
        return [first, self._operand()]

    def _list(self) -> list[Any]:
        values: list[Any] = []
        self._open()
        while not values or self._take(","):
            if not values and self._now.word == ")":
                break
            values.append(self._operand())
        self._close()
        return values

    def _operand(self) -> Any:
        token = self._now
        if token.word == "(":
            return self._list()
        if token.kind == "name" and self._is_constructed():
            return self._constructed()
        if token.kind in ("sign", "end") or (token.word in RESERVED and token.word not in ("TRUE", "FALSE")):
            self._refuse("a property or a value was expected")
        self.at += 1
        return self._literal(token)

    def _is_constructed(self) -> bool:
        word = self._now.word
        return self._next_word == "(" or (word in GEOMETRIES and self._next_word in ("Z", "M", "ZM", "EMPTY"))

    def _literal(self, token: Token) -> Any:
        match token.kind:
            case "number":
                return _number(token.text)
            case "string":
                return token.text[1:-1].replace("''", "'")
            case "quoted":
                return {"property": token.text[1:-1].replace('""', '"')}
        if token.word in ("TRUE", "FALSE"):
            return token.word == "TRUE"
        return {"property": token.text}

    def _constructed(self) -> Any:
        """What is written as a name and parentheses: a geometry, a time, a box or a function."""
        token = self._now
        if token.word in RESERVED:
            self._refuse("a property or a value was expected")
        if token.word in GEOMETRIES:
            return self._geometry()
        self.at += 1
        arguments = self._list()
        match token.word:
            case "DATE" | "TIMESTAMP" if len(arguments) == 1:
                return {token.text.lower(): arguments[0]}
            case "INTERVAL" | "BBOX":
                return {token.text.lower(): arguments}
        return {"op": token.text.lower(), "args": arguments}

    def _geometry(self) -> Any:
        """Well-known text up to its closing parenthesis, left to a library that knows it."""
        start, depth = self._now.start, 0
        while self._now.kind != "end":
            word = self._now.word
            depth += (word == "(") - (word == ")")
            self.at += 1
            if depth == 0 and word in (")", "EMPTY"):
                break
            if depth > DEEPEST_PARENTHESES:
                self._refuse("it is nested too deeply")
        written = self.text[start : self.tokens[self.at - 1].end]
        try:
            # A number beyond all bounds becomes infinite, which is refused later, in better words.
            with np.errstate(over="ignore"):
                return shapely.geometry.mapping(shapely.from_wkt(written))
        except (shapely.GEOSException, ValueError, TypeError):
            _refuse(self.text, start, "this is not well-known text such as POLYGON((0 0, 1 0, 1 1, 0 0))")


def _not_if(negated: bool, call: dict[str, Any]) -> dict[str, Any]:
    return {"op": "not", "args": [call]} if negated else call


def _number(text: str) -> int | float:
    """Whole numbers stay exact as long as a database holds them."""
    whole = text.lstrip("+-").isdigit() and len(text) <= 18
    return int(text) if whole else float(text)
