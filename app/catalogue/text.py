"""What a visitor typed, as a full-text query of the database, and how well a dataset answers it."""

from functools import reduce
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Float, any_, case, cast, func, literal
from sqlalchemy.dialects.postgresql import REAL, TSQUERY

from app.catalogue import words
from app.catalogue.tables import Dataset, DatasetText
from app.catalogue.words import Term

# Weights of D, C, B and A: the rest, title and places, vocabulary, names.
WEIGHTS = [0.05, 0.2, 0.5, 1.0]
NAME_BONUS = 4.0
ALIAS_BONUS = 3.0
LIKENESS_BONUS = 0.5
PHRASE_BONUS = 0.3
PROMINENCE_WEIGHT = 0.004
MICRO = 1_000_000

Query = ColumnElement[Any]


def all_of(terms: tuple[Term, ...]) -> Query:
    """Every word must occur, as a name or as a stem, and no excluded one."""
    return _combined("&&", [_signed(term) for term in terms])


def any_of(terms: tuple[Term, ...]) -> Query:
    """At least one of the words must occur, and no excluded one."""
    wanted = _combined("||", [_either(term) for term in terms if not term.excluded])
    return _combined("&&", [wanted, *(_signed(term) for term in terms if term.excluded)])


def any_name(terms: tuple[Term, ...]) -> Query:
    """At least one of the words must occur in a name."""
    return _combined(
        "||", [func.phraseto_tsquery("eo_names", term.text) for term in terms if not term.excluded]
    )


def typed(terms: tuple[Term, ...]) -> str:
    """The wanted words as one text, as names are compared with it."""
    return " ".join(term.text for term in terms if not term.excluded)


def score(query: Query, terms: tuple[Term, ...]) -> ColumnElement[int]:
    """Relevance in millionths: weighted words, more for a name typed in full, for words in the order typed,
    and a little for a likely name and a well-known dataset."""
    squeezed = words.compact(typed(terms))
    ranked = func.ts_rank(cast(literal(WEIGHTS, ARRAY(Float)), ARRAY(REAL)), DatasetText.words, query)
    named = case(
        (DatasetText.compact_names[1] == squeezed, NAME_BONUS),
        (literal(squeezed) == any_(DatasetText.compact_names), ALIAS_BONUS),
        else_=0.0,
    )
    in_order = case(
        (DatasetText.words.op("@@")(func.phraseto_tsquery("eo_english", typed(terms))), PHRASE_BONUS),
        else_=0.0,
    )
    like = LIKENESS_BONUS * func.similarity(typed(terms), Dataset.name)
    known = Dataset.prominence * PROMINENCE_WEIGHT
    return cast((ranked + named + in_order + like + known) * MICRO, BigInteger)


def _either(term: Term) -> Query:
    """The word as a name or as a stem; words that English leaves out, such as "of", ask for nothing."""
    name = func.phraseto_tsquery("eo_names", term.text)
    stem = func.phraseto_tsquery("eo_english", term.text)
    return case((func.numnode(stem) == 0, stem), else_=_combined("||", [name, stem]))


def _signed(term: Term) -> Query:
    return func.tsquery_not(_either(term), type_=TSQUERY()) if term.excluded else _either(term)


def _combined(operator: str, parts: list[Query]) -> Query:
    return reduce(lambda so_far, part: so_far.op(operator, return_type=TSQUERY())(part), parts)
