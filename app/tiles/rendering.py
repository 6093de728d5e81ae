"""Values become the bytes of a picture. The only module of the viewer that imports rio-tiler.

It takes a second to import, so whoever needs it names it (`pictures`) instead of importing it.
"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rio_tiler.models import ImageData

from app.tiles.colours import Colour

Form = Literal["png", "webp"]

SIMULATED = "Simulated: made by a program, not seen by a sensor."
OPTIONS: Mapping[Form, Mapping[str, str]] = {
    "png": {"ZLEVEL": "6", "WRITE_METADATA_AS_TEXT": "YES"},
    "webp": {"LOSSLESS": "YES", "QUALITY": "0"},
}


def picture(
    values: NDArray[np.float32],
    ranges: tuple[tuple[float, float], ...],
    colours: Mapping[int, Colour] | None,
    form: Form,
    *,
    simulated: bool = False,
) -> bytes:
    """A picture of one or three channels; pixels that are NaN in any of them are transparent.

    Args:
        values: [1 or 3, row, column].
        ranges: of each channel, from the first colour to the last.
        colours: of 256 steps for one channel; None for channels that are red, green and blue themselves.
        simulated: is written into the file, where its form holds words (PNG).
    """
    unknown = np.broadcast_to(~np.isfinite(values).all(axis=0), values.shape)
    image = ImageData(np.ma.MaskedArray(np.nan_to_num(values), unknown))
    image.rescale(in_range=ranges)
    return _bytes(image, colours, form, simulated)


def labels(
    values: NDArray[np.float32], colours: Mapping[int, Colour], form: Form, *, simulated: bool = False
) -> bytes:
    """A picture of classes [1, row, column]; values that are NaN or have no colour are transparent."""
    unknown = ~np.isfinite(values)
    image = ImageData(np.ma.MaskedArray(np.nan_to_num(values).astype(np.uint8), unknown))
    return _bytes(image, colours, form, simulated)


def _bytes(image: ImageData, colours: Mapping[int, Colour] | None, form: Form, simulated: bool) -> bytes:
    notes = {"DESCRIPTION": SIMULATED} if simulated and form == "png" else {}
    options: dict[str, Any] = {**OPTIONS[form], **notes}
    colormap = dict(colours) if colours is not None else None
    made: bytes = image.render(img_format=form.upper(), colormap=colormap, **options)
    return made
