"""The pages of the models: all of them under a search, and each with all that its card says."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.base import html
from app.base.db import ReadSession
from app.base.language import _
from app.zoo import card_view
from app.zoo.api import cards_of
from app.zoo.documents import get_card
from app.zoo.finding import CODED, ModelQuery, address, counts, find_models, read_query
from app.zoo.fitting import Cards
from app.zoo.matrix import datasets_for

router = APIRouter(include_in_schema=False)


@router.get("/models", name="models_page")
def models_page(request: Request) -> Response:
    """All models, or those that a search finds."""
    cards = cards_of(request)
    query = read_query(request.query_params.multi_items())
    return html.page(
        request,
        "zoo/models.html",
        section="models",
        query=query,
        models=[card_view.context(card) for card in find_models(cards.values(), query)],
        total=len(cards),
        facets=_facets(cards, query),
        json_address=address("/api/models", query),
    )


def _facets(cards: Cards, query: ModelQuery) -> list[tuple[str, str, list[tuple[str, str, int, bool]]]]:
    """Name, title, and the values with their label, their count, and whether they are chosen."""
    counted = counts(cards.values(), query)
    titles = {"kind": _("Kind"), "answers": _("Question"), "band": _("Bands it eats")}
    labels = {"kind": card_view.KINDS, "answers": card_view.QUESTIONS, "band": {}}
    return [
        (
            name,
            title,
            [
                (
                    value,
                    _(labels[name][value]) if name in CODED else value,
                    counted[name][value],
                    value in chosen,
                )
                for value in _ordered(name, counted[name])
            ],
        )
        for name, title in titles.items()
        for chosen in [getattr(query, name)]
    ]


def _ordered(name: str, counted: dict[str, int]) -> list[str]:
    """Codes in their own order; bands by their number, radar last."""
    if name in CODED:
        return [value for value in CODED[name] if value in counted]
    return sorted(counted, key=lambda band: (not band.startswith("B"), len(band.rstrip("A")), band))


@router.get("/models/{model}", name="model_page")
def model_page(
    request: Request,
    session: ReadSession,
    model: Annotated[str, Path(max_length=60)],
    fits: str | None = None,
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One model: what it eats, returns and is good for, and which datasets fit it."""
    card = get_card(cards_of(request), model)
    page = datasets_for(session, card, verdict=fits or None, after=after)
    shown = page.fits[0].verdict if page.fits else fits or "fits"
    return html.page(
        request,
        "zoo/model.html",
        fragment="zoo/_datasets.html",
        section="models",
        **card_view.context(card),
        page=page,
        shown=shown,
        is_first=not after,
        verdicts={code: card_view.verdict_of(code) for code in page.counts},
    )
