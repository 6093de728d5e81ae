"""The words of the synthetic records and of the searches for them: few are frequent, most are rare."""

from itertools import product
from random import Random

_THEMES = (
    "flood burned crop parcel building road cloud mask vessel glacier lake mangrove orchard vineyard "
    "wheat maize rice soybean landslide earthquake damage settlement slum solar panel wind turbine "
    "parking aircraft ship container harbour dam river coastline dune desert savanna tundra peatland "
    "biomass canopy height carbon snow cover moisture temperature aerosol nitrogen dioxide methane plume "
    "deforestation regrowth logging mining quarry wetland"
)
_SYLLABLES = "ka lo mi ter van sor ne bri tal du fen gar hol ix jun pel qua ros sil um wer yor zan eth"
SYLLABLES = _SYLLABLES.split()
# 62 words that people search for, then 3,000 made-up ones; the order is that of frequency.
VOCABULARY = (
    _THEMES.split() + ["".join(three) for three in product(SYLLABLES, SYLLABLES, SYLLABLES[:6])][:3000]
)

SEARCHED = 2.2
"""Exponent of the words in titles and in searches: the frequent ones come up often."""

DESCRIBED = 1.5
"""Exponent of the words in descriptions: the rare ones come up more often."""

IN_HALF = "annotated"
"""Stands in every second synthetic record, and in hardly any real one."""


def word(random: Random, exponent: float) -> str:
    """One word; the higher the exponent, the more likely a frequent one."""
    return VOCABULARY[int(random.random() ** exponent * len(VOCABULARY))]


def words(random: Random, exponent: float, count: int) -> str:
    """Some words with spaces between."""
    return " ".join(word(random, exponent) for _ in range(count))
