"""The models as JSON: the list, whole cards, files, and which datasets fit which models."""

from pathlib import Path as Folder
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from app.base.db import ReadSession
from app.base.errors import NotFound
from app.base.language import _
from app.zoo.documents import FILES, brief, get_card, of_fit, whole
from app.zoo.finding import find_models, read_query
from app.zoo.fitting import Cards, known_cards
from app.zoo.matrix import MOST_PER_PAGE, PER_PAGE, datasets_for, models_for

router = APIRouter(prefix="/api", tags=["models"])

Id = Annotated[str, Path(max_length=60, description="Id of a model")]
Words = Annotated[str, Query(max_length=200, description="Words that all stand in a card")]
Several = Annotated[list[str] | None, Query(max_length=30)]
NO_MODEL: dict[int | str, dict[str, Any]] = {404: {"description": "No such model"}}


def cards_of(request: Request) -> Cards:
    """The cards of the folder that the settings name."""
    folder: Folder = request.app.state.settings.models
    return known_cards(folder)


def address_of(request: Request) -> str:
    """Where visitors reach this service, without a slash at its end."""
    public: str | None = request.app.state.settings.public_url
    return public or str(request.base_url).rstrip("/")


@router.get("/models", summary="Search models")
def list_models(
    request: Request, q: Words = "", kind: Several = None, answers: Several = None, band: Several = None
) -> Response:
    """The reference models, each with what it eats and answers; of several bands, a model eats all."""
    query = read_query(request.query_params.multi_items())
    cards, base = cards_of(request), address_of(request)
    found = [brief(card, base) for card in find_models(cards.values(), query)]
    return JSONResponse({"models": found, "numberMatched": len(found)})


@router.get("/models/{model}", summary="Read the card of a model", responses=NO_MODEL)
def read_model(request: Request, model: Id) -> Response:
    """All that is known of one model: what it eats and returns, its figures, claims, training and file."""
    return JSONResponse(whole(get_card(cards_of(request), model), address_of(request)))


@router.get(
    "/models/{model}/datasets",
    summary="See which datasets fit a model, and why others do not",
    responses=NO_MODEL,
)
def list_datasets(
    request: Request,
    session: ReadSession,
    model: Id,
    verdict: Annotated[str | None, Query(description="fits, in-part, unknown or no")] = None,
    after: Annotated[str, Query(max_length=200, description="Slug behind which the page begins")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> Response:
    """One page of datasets in the order of their slugs, with the reasons for every no."""
    card = get_card(cards_of(request), model)
    page = datasets_for(session, card, verdict=verdict, after=after, most=limit)
    datasets = [{"slug": one.slug, "name": one.name, **of_fit(one)} for one in page.fits]
    return JSONResponse({"datasets": datasets, "counts": page.counts, "after": page.following})


@router.get("/models/{model}/files/{file}", summary="Download a file of a model", response_class=FileResponse)
def read_file(request: Request, model: Id, file: Annotated[str, Path(max_length=60)]) -> Response:
    """`model.onnx`, `card.yaml` or `reference.npz`."""
    card = get_card(cards_of(request), model)
    path: Folder = request.app.state.settings.models / card.id / file
    if file not in FILES or not path.is_file():
        raise NotFound(_("Model %(id)s has no file %(name)s.", id=card.id, name=repr(file[:60])))
    return FileResponse(path, media_type=FILES[file], filename=f"{card.id}-{file}")


@router.get("/datasets/{slug}/models", summary="See which models fit a dataset, and why others do not")
def list_models_of_dataset(
    request: Request, session: ReadSession, slug: Annotated[str, Path(max_length=200)]
) -> Response:
    """Every model with its verdict, those that fit first."""
    fits = models_for(session, cards_of(request).values(), slug)
    return JSONResponse(
        {"models": [{"id": one.model.id, "name": one.model.name, **of_fit(one)} for one in fits]}
    )
