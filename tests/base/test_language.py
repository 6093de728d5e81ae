"""Which language a reader gets, and how texts are looked up in it."""

import pytest

from app.base import html, language
from app.base.language import N_, _, accepted, ngettext, pgettext, speaking


def scope(path: str = "/datasets", accept: str = "", cookie: str = "") -> dict:
    """A request that asks for a language."""
    headers = [(b"accept-language", accept.encode()), (b"cookie", cookie.encode())]
    return {"path": path, "headers": [pair for pair in headers if pair[1]]}


@pytest.fixture
def heard():
    """Listens to a request and tells the language of its texts."""

    def listen(**asked: str) -> str:
        language.listen(scope(**asked))
        return language.language()

    yield listen
    language.listen({"language": language.SOURCE})


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, de;q=0.5, en;q=0.7", "en"),
        ("fr, en;q=0.5, de;q=0.7", "de"),
        ("en, de", "en"),
        ("de, en", "de"),
        ("de;q=0", "en"),
        ("fr, it", "en"),
        ("*", "en"),
        ("de;q=many, en;q=0.1", "en"),
        ("de;q=nan", "en"),
        (";;;,,, =", "en"),
    ],
)
def test_the_language_liked_best_is_spoken(header, code):
    assert accepted(header) == code


def test_a_choice_beats_what_the_browser_likes(heard):
    assert heard(accept="en", cookie="scheme=dark; language=de; other=1") == "de"
    assert heard(accept="de", cookie="language=en") == "en"


def test_a_choice_of_a_language_we_do_not_speak_counts_for_nothing(heard):
    assert heard(accept="de", cookie="language=xx") == "de"


@pytest.mark.parametrize(
    "path",
    ["/api/datasets", "/stac", "/tiles/items/x", "/tiles/datasets/x", "/datasets.atom", "/datasets/a.bib"],
)
def test_programs_read_english_whatever_they_accept(heard, path):
    assert heard(path=path, accept="de", cookie="language=de") == "en"


def test_outside_requests_texts_are_english():
    assert (language.language(), _("Sign in")) == ("en", "Sign in")


def test_a_text_is_looked_up_when_it_is_shown():
    marked = N_("unknown")

    with speaking("de"):
        inside = _(marked)

    assert (marked, inside, _(marked)) == ("unknown", "unbekannt", "unknown")


def test_values_fill_the_gaps_of_the_translation():
    with speaking("de"):
        assert (
            _("%(n)s of %(all)s items, newest first", n=1, all=2) == "1 von 2 Elementen, die neuesten zuerst"
        )


def test_a_percent_sign_without_values_stays_one():
    assert _("100 % of it") == "100 % of it"


@pytest.mark.parametrize(("count", "words"), [(0, "0 Datensätze"), (1, "1 Datensatz"), (2, "2 Datensätze")])
def test_the_form_suits_the_number(count, words):
    with speaking("de"):
        assert ngettext("%(n)s dataset", "%(n)s datasets", count, n=count) == words


def test_one_word_of_two_vocabularies_has_two_translations():
    with speaking("de"):
        assert (pgettext("geo_status", "Global"), pgettext("country", "Georgia")) == ("Global", "Georgien")


def test_a_message_that_no_catalogue_knows_is_shown_as_it_is():
    with speaking("de"):
        assert _("Never written on any page") == "Never written on any page"


def test_figures_and_dates_follow_the_language():
    with speaking("de"):
        shown = [
            html.number(0.25),
            html.number(1_234_567),
            html.decimals(0.49, 3),
            html.si(4830),
            html.gsd({"min": 0.3, "max": 0.8}),
            html.gigabytes(1.5),
            html.pixels(1.11e8),
            html.day("2026-11-19"),
            html.day("2026-03"),
            html.day("2026"),
            html.day(None),
        ]

    assert shown == [
        "0,25",
        "1\u202f234\u202f567",
        "0,490",
        "4,83\u00a0k",
        "0,3–0,8\u00a0m",
        "1,5\u00a0GB",
        "1,11 × 10⁸",
        "19. Nov. 2026",
        "März 2026",
        "2026",
        "unbekannt",
    ]


def test_texts_of_scripts_come_with_the_page_in_other_languages_only():
    told = language.of_scripts("de")

    assert language.of_scripts("en") == {}
    assert told["Zoom in here"] == "Hier heranzoomen"
    assert told["%(num)s dataset here"] == ["%(num)s Datensatz hier", "%(num)s Datensätze hier"]
    assert "Sign out" not in told
