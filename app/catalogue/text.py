"""What a visitor typed, as a full-text query of the database, and how well a dataset answers it.

The statements are built once, with places for the words: building them for every search would cost more
than the database needs to answer it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    LargeBinary,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)
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

_WANTED = bindparam("wanted", type_=ARRAY(Text))
_EXCLUDED = bindparam("excluded", type_=ARRAY(Text))
_TYPED = bindparam("typed", type_=Text)
_SQUEEZED = bindparam("squeezed", type_=Text)


def asked(terms: tuple[Term, ...], *, strict: bool) -> Mapping[str, Any]:
    """What the statements below are given: the words, and whether all of them must occur or any."""
    typed = " ".join(term.text for term in terms if not term.excluded)
    return {
        "wanted": [term.text for term in terms if not term.excluded],
        "excluded": [term.text for term in terms if term.excluded],
        "strict": strict,
        "typed": typed,
        "squeezed": words.compact(typed),
    }


def _query(strict: Any) -> ColumnElement[Any]:
    """The words as a query, in a subquery of its own, which the database works out once and not for every
    row."""
    return select(func.eo_terms(_WANTED, _EXCLUDED, strict, type_=TSQUERY())).scalar_subquery()


def _packed(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """Ids of datasets as the bytes of one array, which is read at once."""
    packed = func.array_send(func.array_agg(DatasetText.dataset_id), type_=LargeBinary)
    return select(packed).where(condition).scalar_subquery()


_ASKED = _query(bindparam("strict", type_=Boolean))

# Datasets that hold the words; that have one of them in a name; whose names are spelled like what was typed.
HOLDING = _packed(DatasetText.words.op("@@")(_ASKED))
NAMED = _packed(DatasetText.name_words.op("@@")(_query(False)))
ALIKE = _packed(DatasetText.names.op("%>")(_TYPED))


def _score() -> ColumnElement[int]:
    """Relevance in millionths: weighted words, more for a name typed in full, for words in the order typed,
    and a little for a likely name."""
    ranked = func.ts_rank(cast(literal(WEIGHTS, ARRAY(Float)), ARRAY(REAL)), DatasetText.words, _ASKED)
    named = case(
        (DatasetText.compact_names[1] == _SQUEEZED, NAME_BONUS),
        (any_(DatasetText.compact_names) == _SQUEEZED, ALIAS_BONUS),
        else_=0.0,
    )
    phrase = select(func.phraseto_tsquery("eo_english", _TYPED)).scalar_subquery()
    # One word is always in order; asking would fetch the words of each row once more.
    together = and_(func.cardinality(_WANTED) > 1, DatasetText.words.op("@@")(phrase))
    in_order = case((together, PHRASE_BONUS), else_=0.0)
    like = LIKENESS_BONUS * func.similarity(_TYPED, func.split_part(DatasetText.names, " | ", 1))
    return cast((ranked + named + in_order + like) * MICRO, BigInteger)


RANKED: Select[int, int] = select(DatasetText.dataset_id, _score()).where(
    DatasetText.dataset_id == any_(bindparam("ids", type_=ARRAY(Integer)))
)
