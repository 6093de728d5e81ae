"""What the page shows of each figure: a drawing or bars, keys, a table, and how many datasets are in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.base import html
from app.base.language import N_, _, ngettext
from app.catalogue import naming
from app.insights.choropleth import choropleth, off_the_map
from app.insights.columns import gsd_columns, year_columns
from app.insights.drawing import colour, level_names
from app.insights.figure import Figure
from app.insights.findings import combination, families_in_words, finding, percent
from app.insights.links import Links, address
from app.insights.matrix import matrix
from app.insights.scatter import MOST_POINTS, radius, scatter
from app.insights.shares import families

MOST_TABLE_ROWS = 30
MOST_BARS = 12
COUNTRIES_RANKED = 10

SIZES_IN_KEY = (10**6, 10**9, 10**12)


@dataclass(frozen=True)
class Key:
    """A word beside what it explains: a colour, a step of a ramp, hatching, or a circle of a radius."""

    label: str
    class_: str
    radius: float | None = None


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart; `width` is 0 to 100. Several colours lie in stripes: a combination."""

    label: str
    href: str | None
    value: str
    width: float
    colours: tuple[str, ...] = ("d4",)
    is_unknown: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    text: str
    is_number: bool
    href: str | None = None


@dataclass(frozen=True)
class Table:
    """The table twin; `cut` says what it leaves to the CSV."""

    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    cut: str


@dataclass(frozen=True)
class Chart:
    """One figure as the page shows it."""

    name: str
    title: str
    finding: str
    rule: str
    span: int
    svg: Markup | None
    bars: tuple[Bar, ...]
    keys: tuple[Key, ...]
    notes: tuple[str, ...]
    caption: str
    table: Table
    csv: str


# Figure → how many of the twelve columns of the page it takes, and what a dataset lacks that is not in it.
LAYOUT: dict[str, tuple[int, str]] = {
    "volume-by-year": (7, N_("year or volume")),
    "countries": (5, N_("a country")),
    "datasets-per-year": (6, N_("a year")),
    "gsd": (6, N_("a resolution")),
    "datasets-per-task": (4, N_("a task")),
    "size-per-task": (4, N_("a task, or number and size of images")),
    "volume-per-task": (4, N_("a task or a volume")),
    "sensors-by-year": (8, N_("a sensor or a year")),
    "licences": (4, N_("a licence")),
    "label-types": (12, N_("a label type")),
}


def chart(figure: Figure, links: Links) -> Chart:
    """Everything the page shows of one figure."""
    span, lacked = LAYOUT[figure.name]
    shows = figure.n > 0
    draw = DRAWINGS.get(figure.name)
    return Chart(
        name=figure.name,
        title=figure.title,
        finding=finding(figure),
        rule=figure.rule,
        span=span,
        svg=draw(figure, links) if draw and shows else None,
        bars=tuple(BARS[figure.name](figure, links)) if figure.name in BARS and shows else (),
        keys=tuple(KEYS[figure.name](figure)) if figure.name in KEYS and shows else (),
        notes=tuple(_notes(figure)),
        caption=_caption(figure, lacked),
        table=table(figure, links),
        csv=address(f"/insights/{figure.name}.csv", links.query),
    )


def _caption(figure: Figure, lacked: str) -> str:
    return ngettext(
        "%(n)s of %(all)s shown, %(lacking)s lacks %(what)s",
        "%(n)s of %(all)s shown, %(lacking)s lack %(what)s",
        figure.lacking,
        n=html.number(figure.n),
        all=html.number(figure.matched),
        lacking=html.number(figure.lacking),
        what=_(lacked),
    )


def _notes(figure: Figure) -> Iterable[str]:
    if figure.name == "volume-by-year" and figure.n > MOST_POINTS:
        n = html.number(figure.n)
        yield _("The %(most)s best described of %(n)s are drawn; the CSV has all.", most=MOST_POINTS, n=n)
    if figure.name == "countries" and (missing := off_the_map(figure)):
        yield missing


# ---------- bars


def _share_bars(figure: Figure, links: Links) -> Iterable[Bar]:
    """The largest slices; what remains is one bar, so that the bars still add up."""
    largest = figure.rows[0][-1] or 1.0
    for row in figure.rows[:MOST_BARS]:
        codes = row[0].split("+")
        yield Bar(
            combination(row[0]),
            links.of(figure, row),
            percent(row[-1], 1),
            round(100 * row[-1] / largest, 1),
            tuple(colour(code) for code in codes),
        )
    rest = figure.rows[MOST_BARS:]
    if rest:
        share = sum(row[-1] for row in rest)
        label = _("%(n)s other combinations", n=len(rest)) if len(rest) > 1 else combination(rest[0][0])
        yield Bar(label, None, percent(share, 1), min(100.0, round(100 * share / largest, 1)), ("cat-0",))


def _count_bars(figure: Figure, links: Links) -> Iterable[Bar]:
    largest = max(row[2] for row in figure.rows)
    for row in figure.rows:
        is_unknown = row[0] == "not-stated"
        width = round(100 * row[2] / largest, 1)
        yield Bar(row[1], links.of(figure, row), html.number(row[2]), width, is_unknown=is_unknown)


def _country_bars(figure: Figure, links: Links) -> Iterable[Bar]:
    for place, bar in enumerate(_count_bars(figure, links)):
        if place < COUNTRIES_RANKED:
            yield bar


BARS: dict[str, Callable[[Figure, Links], Iterable[Bar]]] = {
    "countries": _country_bars,
    "datasets-per-task": _share_bars,
    "size-per-task": _share_bars,
    "volume-per-task": _share_bars,
    "licences": _count_bars,
    "label-types": _count_bars,
}
DRAWINGS: dict[str, Callable[[Figure, Links], Markup | None]] = {
    "volume-by-year": scatter,
    "countries": choropleth,
    "datasets-per-year": year_columns,
    "gsd": gsd_columns,
    "sensors-by-year": matrix,
}


# ---------- keys


def _family_keys(figure: Figure) -> Iterable[Key]:
    """The families that occur, and three sizes of circle."""
    present = set(figure.column("task_family"))
    for code in families():
        if code in present or (code == "other" and None in present):
            label = _("Other or unknown") if code == "other" else naming.group("task", code)
            yield Key(label, colour(code))
    for size in SIZES_IN_KEY:
        yield Key(f"{html.pixels(size)} px".replace("1 × ", ""), "cat-0", radius(size))
    if None in figure.column("size_measure_px"):
        yield Key(_("pixels unknown"), "cat-0 hollow", radius(None))


def _country_keys(figure: Figure) -> Iterable[Key]:
    for level, words in level_names(max(row[2] for row in figure.rows)):
        yield Key(words, f"d{level}")
    yield Key(_("none recorded"), "hatch")


KEYS: dict[str, Callable[[Figure], Iterable[Key]]] = {
    "volume-by-year": _family_keys,
    "countries": _country_keys,
}


# ---------- tables

# Column → its head, whether it holds figures, and how a value is written. Other columns are for programs.
HEADS: dict[str, tuple[str, bool, Callable[[Any], str]]] = {
    "name": (N_("Dataset"), False, str),
    "label": ("", False, str),
    "task_families": (N_("Tasks"), False, families_in_words),
    "year": (N_("Year"), False, lambda year: _("unknown") if year == "unknown" else str(year)),
    "gsd_from_m": (N_("From"), True, html.gsd),
    "gsd_below_m": (N_("Below"), True, html.gsd),
    "volume_gb": (N_("Volume"), True, html.gigabytes),
    "size_measure_px": (N_("Pixels"), True, html.pixels),
    "task_family": (N_("Task"), False, lambda code: families_in_words(code) if code else _("unknown")),
    "datasets": (N_("Datasets"), True, html.number),
    "share": (N_("Share"), True, lambda share: percent(share, 2)),
}
LABELS = {
    "country": N_("Country"),
    "sensor": N_("Sensor"),
    "label_type": N_("Label type"),
    "licence_class": N_("Licence"),
}


def table(figure: Figure, links: Links) -> Table:
    """The table beside a chart: the same figures, the first shown column leading where the mark leads."""
    shown = [(place, name) for place, name in enumerate(figure.columns) if name in HEADS]
    words = {name: HEADS[name][0] or LABELS[figure.columns[0]] for _place, name in shown}
    heads = tuple(Cell(_(words[name]), HEADS[name][1]) for _place, name in shown)
    rows = tuple(
        tuple(
            Cell(HEADS[name][2](row[place]), HEADS[name][1], links.of(figure, row) if number == 0 else None)
            for number, (place, name) in enumerate(shown)
        )
        for row in figure.rows[:MOST_TABLE_ROWS]
    )
    left = len(figure.rows) - len(rows)
    cut = (
        _(
            "The first %(most)s of %(n)s rows; the CSV has all.",
            most=MOST_TABLE_ROWS,
            n=html.number(len(figure.rows)),
        )
        if left
        else ""
    )
    return Table(heads, rows, cut)
