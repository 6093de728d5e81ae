"""What the card of each model says beside its figures: what it eats, returns, and who published it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.zoo.cards import Input, Kind, Output, Published, Question
from app.zoo.scaling import BACKSCATTER_DOWN_VH, BACKSCATTER_DOWN_VV
from app.zoo.weights.parts import (
    ALL_BANDS,
    LAND_COVER,
    SEN2LCZ_INPUT,
    SEN2LCZ_PAPER,
    SEN2LCZ_PUBLISHED,
    TEN_BANDS,
    ZONES,
    optical,
    published,
    radar,
)

LICENCE = "MIT"
NOT_FOR = (
    "Trained on simulated scenes: it shows how the method works and has never seen a real image. Use none of "
    "its answers for decisions about real places."
)


@dataclass(frozen=True)
class Description:
    """The part of a card that no training changes.

    `dynamic` are the axes of each input that may have any length, by their number; outputs have those of
    the first input.
    """

    name: str
    summary: str
    kind: Kind
    answers: Question
    architecture: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    paper: str
    published: tuple[Published, ...]
    dynamic: Mapping[str, Mapping[int, str]]


SEN2LCZ = Description(
    name="Sen2LCZ-Net, simulated",
    summary="Trained on simulated scenes: local climate zone of a patch of 320 m, ten bands of Sentinel-2.",
    kind="classification",
    answers="local-climate-zone",
    architecture="Sen2LCZ-Net-MF: 16 convolutions, answers of four scales averaged; at the size of the paper",
    inputs=(SEN2LCZ_INPUT,),
    outputs=(Output(name="probabilities", returned="probabilities", classes=ZONES),),
    paper=SEN2LCZ_PAPER,
    published=SEN2LCZ_PUBLISHED,
    dynamic={"reflectance": {0: "n"}},
)

DFC2020 = Description(
    name="DFC2020 U-Net, small",
    summary="Trained on simulated scenes: land cover of 10 m from labels of 160 m, Sentinel-1 and -2.",
    kind="segmentation",
    answers="land-cover",
    architecture="U-Net, 16 to 256 channels, bilinear; the network of the paper with a quarter of its width",
    inputs=(Input(name="bands", bands=(*optical(TEN_BANDS), *radar()), smallest=32, multiple=16),),
    outputs=(Output(name="scores", returned="scores", classes=LAND_COVER),),
    paper="Schmitt et al. (2020): Weakly supervised semantic segmentation of satellite images for land cover "
    "mapping – challenges and opportunities. ISPRS Annals V-3-2020",
    published=published(
        "DFC2020 test, DeepLabv3+ on Sentinel-1 and -2",
        "baseline of the authors (Schmitt et al. 2020); its mean IoU counts absent classes as 0",
        ("average accuracy", 43.34, "%"),
        ("mean IoU", 29.82, "%"),
    ),
    dynamic={"bands": {0: "n", 2: "rows", 3: "columns"}},
)

UNCRTAINTS = Description(
    name="UnCRtainTS, small",
    summary="Trained on simulated scenes: a clear image with variance, from three cloudy dates and radar.",
    kind="restoration",
    answers="clear-image",
    architecture="UnCRtainTS, width 40, 8 heads, three decoder blocks at half resolution; variance per band",
    inputs=(
        Input(
            name="series",
            bands=(*radar(), *optical(ALL_BANDS)),
            dates=3,
            days="days",
            smallest=64,
            multiple=64,
            fixed=True,
        ),
    ),
    outputs=(
        Output(name="clear", returned="values", unit="reflectance", bands=ALL_BANDS),
        Output(name="variance", returned="variance", unit="reflectance²", bands=ALL_BANDS),
    ),
    paper="Ebel et al. (2023): UnCRtainTS: uncertainty quantification for cloud removal in optical satellite "
    "time series. arXiv:2304.05464",
    published=published(
        "SEN12MS-CR-TS, three dates, with variance, real images",
        "table of the authors (Ebel et al. 2023)",
        ("RMSE", 0.051, "reflectance"),
        ("PSNR", 27.84, "dB"),
        ("SSIM", 0.866, None),
        ("SAM", 10.16, "°"),
    ),
    # Its attention pools every date to 8 × 8, so it is run on the size that it was trained on.
    dynamic={},
)

MIMO = Description(
    name="MIMO U-Net, small",
    summary="Trained on simulated scenes: vegetation index from radar, with both parts of its uncertainty.",
    kind="regression",
    answers="ndvi",
    architecture="MIMO U-Net: two networks of width 8 in one, each with location and log-scale",
    inputs=(
        Input(
            name="backscatter",
            bands=radar(BACKSCATTER_DOWN_VV, BACKSCATTER_DOWN_VH),
            copies=2,
            smallest=32,
            multiple=16,
        ),
    ),
    outputs=(Output(name="locations", returned="locations", unit="1"),),
    paper="Baumann, Roßberg, Schmitt (2023): Probabilistic MIMO U-Net: efficient and accurate uncertainty "
    "estimation for pixel-wise regression. arXiv:2308.07477",
    published=(),
    dynamic={"backscatter": {0: "n", 3: "rows", 4: "columns"}},
)

DESCRIPTIONS: Mapping[str, Description] = {
    "sen2lcz": SEN2LCZ,
    "dfc2020-unet-small": DFC2020,
    "uncrtaints-small": UNCRTAINTS,
    "mimo-unet-small": MIMO,
}
