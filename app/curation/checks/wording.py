"""What pydantic finds at a value, in plain words that say how to mend it."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.base.sentences import Figure, Sentence, joined
from app.base.sentences import sentence as _
from app.catalogue.record import DatasetRecord

Location = tuple[int | str, ...]


def message(detail: ErrorDetails) -> Sentence:
    """One sentence or two on how to mend what pydantic found, with the number of the entry in a list."""
    where = _entry(detail["loc"])
    words = _WORDS.get(detail["type"])
    text = words(detail) if words else _("This cannot be read: %(why)s.", why=detail["msg"])
    return joined(where, text) if where else text


def _entry(location: Location) -> Sentence | None:
    number = next((part for part in location if isinstance(part, int)), None)
    return None if number is None else _("Entry %(n)s:", n=number + 1)


def _limit(name: str) -> Callable[[ErrorDetails], Any]:
    return lambda detail: detail.get("ctx", {}).get(name, "?")


def _shown(detail: ErrorDetails) -> str:
    given = detail["input"]
    return str(given)[:60] if isinstance(given, str | int | float) else type(given).__name__


def _unknown_field(detail: ErrorDetails) -> Sentence:
    name = str(detail["loc"][-1])
    near = get_close_matches(name[:60], list(_fields_at(detail["loc"])), n=1)
    if near:
        return _("There is no field “%(name)s”. Did you mean “%(near)s”?", name=name[:60], near=near[0])
    return _("There is no field “%(name)s”. Remove it.", name=name[:60])


def _fields_at(location: Location) -> Iterable[str]:
    """The fields that there are where one was written that is none."""
    model: type[BaseModel] = DatasetRecord
    for part in location[:-1]:
        field = model.model_fields.get(str(part))
        model = (_model_in(field.annotation) if field else None) or model
    return model.model_fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


# What each kind of text is called when it does not look as it must; by the field at the end of the way to it.
_SHAPES: Mapping[str, Sentence] = {
    "slug": _("Use small letters, digits and single hyphens, like so2sat-lcz42."),
    "derived_from": _("Name a dataset as in its address, like so2sat-lcz42."),
    "countries": _("Use the three letters of ISO 3166, like DEU."),
    "country": _("Use the three letters of ISO 3166, like DEU."),
    "start": _("Write a date as 2019-06-30, 2019-06 or 2019."),
    "end": _("Write a date as 2019-06-30, 2019-06 or 2019."),
    "published_on": _("Write a date as 2019-06-30, 2019-06 or 2019."),
    "orcid": _("Write an ORCID as four groups of four digits, like 0000-0002-1825-0097."),
    "email": _("Write an e-mail address, like name@example.org."),
    "crs": _("Write a coordinate system as EPSG:4326, mixed-utm or none."),
    "colour": _("Write a colour as # and six small hexadecimal digits, like #1b6a3a."),
    "languages": _("Write a language as its code, like en or de-AT."),
    "sha256": _("A SHA-256 checksum has 64 small hexadecimal digits."),
    "media_type": _("Write a media type, like image/tiff."),
    "formats": _("Write a media type, like image/tiff."),
    "temporal_resolution": _("Write a duration, like P5D for five days or P1M for a month."),
    "label_date_gap": _("Write a duration, like P5D for five days or P1M for a month."),
    "url": _("Write an address in full, starting with https://."),
    "urls": _("Write an address in full, starting with https://."),
}


def _shape(detail: ErrorDetails) -> Sentence:
    names = [str(part) for part in reversed(detail["loc"]) if isinstance(part, str)]
    for name in names:
        if name in _SHAPES:
            return _SHAPES[name]
    return _("“%(given)s” is no code: use small letters, digits and hyphens.", given=_shown(detail))


def _choice(detail: ErrorDetails) -> Sentence:
    return _(
        "“%(given)s” is not possible here. Choose one of %(known)s.",
        given=_shown(detail),
        known=str(_limit("expected")(detail)).replace("'", ""),
    )


def _not_a_number(detail: ErrorDetails) -> Sentence:
    return _("“%(given)s” is no number. Write digits, with a point for decimals.", given=_shown(detail))


def _not_whole(detail: ErrorDetails) -> Sentence:
    return _("“%(given)s” is no whole number. Write digits only, like 27000.", given=_shown(detail))


def _not_a_text(detail: ErrorDetails) -> Sentence:
    return _("A text is expected here, not %(given)s.", given=_shown(detail))


def _not_a_list(detail: ErrorDetails) -> Sentence:
    return _("A list is expected here, even of one.")


def _not_a_group(detail: ErrorDetails) -> Sentence:
    return _("Several values with names are expected here, not %(given)s.", given=_shown(detail))


_WORDS: Mapping[str, Callable[[ErrorDetails], Sentence]] = {
    "missing": lambda d: _("“%(name)s” is missing.", name=d["loc"][-1]),
    "extra_forbidden": _unknown_field,
    "string_too_short": lambda d: _("Write something, or leave it out."),
    "string_too_long": lambda d: _("At most %(n)s characters fit. Shorten it.", n=_limit("max_length")(d)),
    "string_pattern_mismatch": _shape,
    "string_type": _not_a_text,
    "literal_error": _choice,
    "int_parsing": _not_whole,
    "int_type": _not_whole,
    "int_from_float": _not_whole,
    "int_parsing_size": _not_whole,
    "float_parsing": _not_a_number,
    "float_type": _not_a_number,
    "finite_number": _not_a_number,
    "bool_parsing": lambda d: _("Choose yes or no."),
    "bool_type": lambda d: _("Choose yes or no."),
    "greater_than": lambda d: _("It must be more than %(n)s.", n=_limit("gt")(d)),
    "greater_than_equal": lambda d: _("It must be at least %(n)s.", n=_limit("ge")(d)),
    "less_than": lambda d: _("It must be less than %(n)s.", n=_limit("lt")(d)),
    "less_than_equal": lambda d: _("It must be at most %(n)s.", n=_limit("le")(d)),
    "tuple_type": _not_a_list,
    "list_type": _not_a_list,
    "too_long": lambda d: _("At most %(n)s entries are kept. Leave some out.", n=_limit("max_length")(d)),
    "too_short": lambda d: _("At least %(n)s entries are needed.", n=_limit("min_length")(d)),
    "dict_type": _not_a_group,
    "model_type": _not_a_group,
    "model_attributes_type": _not_a_group,
    "uuid_parsing": lambda d: _("The catalogue gives this number; leave it as it was."),
    "uuid_type": lambda d: _("The catalogue gives this number; leave it as it was."),
    "date_from_datetime_parsing": lambda d: _("Write a date as 2019-06-30."),
    "date_parsing": lambda d: _("Write a date as 2019-06-30."),
    "date_type": lambda d: _("Write a date as 2019-06-30."),
    "union_tag_invalid": lambda d: _("An outline is a Polygon or a MultiPolygon of GeoJSON."),
    "union_tag_not_found": lambda d: _("An outline is a Polygon or a MultiPolygon of GeoJSON."),
    "range_reversed": lambda d: _(
        "The lower end (%(low)s) is above the upper (%(high)s). Swap them.",
        low=_limit("low")(d),
        high=_limit("high")(d),
    ),
    "ring_open": lambda d: _("A ring of the outline is not closed. Repeat its first position at its end."),
    "outline_long": lambda d: _(
        "The outline has %(n)s positions, and at most %(most)s are kept. Simplify it.",
        n=Figure("number", _limit("n")(d)),
        most=Figure("number", _limit("most")(d)),
    ),
    "outline_crossed": lambda d: _(
        "The outline crosses or touches itself, or holds no area (%(why)s). Draw it anew.",
        why=_limit("why")(d),
    ),
    "value_error": lambda d: _("This does not fit together: %(why)s.", why=_limit("error")(d)),
}
