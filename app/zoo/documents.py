"""Cards as programs read them: a line of a list, a whole card, and how models and datasets fit."""

from typing import Any

from app.base.errors import NotFound
from app.base.language import _
from app.zoo.cards import CARD, MODEL, REFERENCE, ModelCard
from app.zoo.compatibility import Fit
from app.zoo.fitting import Cards, dates_wanted, smallest_edge

FILES = {CARD: "application/yaml", MODEL: "application/octet-stream", REFERENCE: "application/octet-stream"}
"""The files of a model that may be downloaded, by name."""


def get_card(cards: Cards, id_: str) -> ModelCard:
    """The card of a model.

    Raises:
        NotFound: there is none of this id.
    """
    if id_ not in cards:
        known = ", ".join(cards) or "–"
        raise NotFound(_("There is no model %(id)s; there are: %(known)s.", id=repr(id_[:60]), known=known))
    return cards[id_]


def brief(card: ModelCard, base: str) -> dict[str, Any]:
    """One model as a line of a list; `base` is where the service is reached."""
    return {
        "id": card.id,
        "name": card.name,
        "summary": card.summary,
        "kind": card.kind,
        "answers": card.answers,
        "bands": list(dict.fromkeys(card.bands)),
        "dates": dates_wanted(card),
        "smallest": smallest_edge(card),
        "gsd_m": card.gsd_m,
        "parameters": card.parameters,
        "licence": card.licence,
        "simulated": card.training.simulated,
        "links": links(card, base),
    }


def whole(card: ModelCard, base: str) -> dict[str, Any]:
    """Everything that a card says, and the links."""
    return {**brief(card, base), **card.model_dump(mode="json"), "links": links(card, base)}


def links(card: ModelCard, base: str) -> list[dict[str, str]]:
    """Where else a model is described, its files, and what it fits."""
    api = f"{base}/api/models/{card.id}"
    return [
        {"rel": "self", "type": "application/json", "href": api},
        {"rel": "alternate", "type": "text/html", "href": f"{base}/models/{card.id}"},
        {
            "rel": "alternate",
            "type": "application/geo+json",
            "href": f"{base}/stac/collections/models/items/{card.id}",
        },
        {"rel": "related", "type": "application/json", "href": f"{api}/datasets", "title": "Datasets"},
        *(
            {"rel": "enclosure", "type": media_type, "href": f"{api}/files/{name}", "title": name}
            for name, media_type in FILES.items()
        ),
    ]


def of_fit(fit: Fit) -> dict[str, Any]:
    """How a dataset and a model fit: whole sentences for the reasons."""
    return {"verdict": fit.verdict, "reasons": list(fit.reasons), "cautions": list(fit.cautions)}
