"""What a visitor typed, as a full-text query of the database, and how well a dataset answers it."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Float, Text, any_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import REAL, TSQUERY

from app.catalogue import words
from app.catalogue.tables import DatasetText
from app.catalogue.words import Term

# Weights of D, C, B and A: the rest, title and places, vocabulary, names.
WEIGHTS = [0.05, 0.2, 0.5, 1.0]
NAME_BONUS = 4.0
ALIAS_BONUS = 3.0
LIKENESS_BONUS = 0.5
PHRASE_BONUS = 0.3
MICRO = 1_000_000

Query = ColumnElement[Any]


def all_of(terms: tuple[Term, ...]) -> Query:
    """Every word must occur, as a name or as a stem, and no excluded one."""
    return _of(terms, strict=True)


def any_of(terms: tuple[Term, ...]) -> Query:
    """At least one of the words must occur, and no excluded one."""
    return _of(terms, strict=False)


def _of(terms: tuple[Term, ...], *, strict: bool) -> Query:
    wanted, excluded = (
        literal([term.text for term in terms if term.excluded == out], ARRAY(Text)) for out in (False, True)
    )
    return _once(func.eo_terms(wanted, excluded, strict, type_=TSQUERY()))


def any_name(terms: tuple[Term, ...]) -> Query:
    """At least one of the words must occur in a name."""
    wanted = [func.phraseto_tsquery("eo_names", term.text) for term in terms if not term.excluded]
    return _once(_combined("||", wanted))


def typed(terms: tuple[Term, ...]) -> str:
    """The wanted words as one text, as names are compared with it."""
    return " ".join(term.text for term in terms if not term.excluded)


def score(query: Query, terms: tuple[Term, ...]) -> ColumnElement[int]:
    """Relevance in millionths: weighted words, more for a name typed in full, for words in the order typed,
    and a little for a likely name."""
    squeezed = words.compact(typed(terms))
    ranked = func.ts_rank(cast(literal(WEIGHTS, ARRAY(Float)), ARRAY(REAL)), DatasetText.words, query)
    named = case(
        (DatasetText.compact_names[1] == squeezed, NAME_BONUS),
        (literal(squeezed) == any_(DatasetText.compact_names), ALIAS_BONUS),
        else_=0.0,
    )
    in_order = case(
        (DatasetText.words.op("@@")(_once(func.phraseto_tsquery("eo_english", typed(terms)))), PHRASE_BONUS),
        else_=0.0,
    )
    like = LIKENESS_BONUS * func.similarity(typed(terms), func.split_part(DatasetText.names, " | ", 1))
    return cast((ranked + named + in_order + like) * MICRO, BigInteger)


def _once(query: Query) -> Query:
    """The query as a subquery of its own, which the database works out once instead of for every row."""
    return select(query).scalar_subquery()


def _combined(operator: str, parts: Sequence[Query]) -> Query:
    return reduce(lambda so_far, part: so_far.op(operator, return_type=TSQUERY())(part), parts)
