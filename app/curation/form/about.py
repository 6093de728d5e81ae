"""Fields that say what a dataset is, who made it, and where it was published."""

from app.base.language import N_
from app.curation.form.fields import Field, Group

IDENTITY = Group(
    "what",
    N_("What it is"),
    N_("Enough for a reader to know whether to read on."),
    (
        Field(
            "name",
            "line",
            N_("The short name that people use."),
            "EuroSAT",
            need="required",
            waivable=False,
        ),
        Field(
            "title",
            "line",
            N_("As on the paper or the page of the dataset."),
            "EuroSAT: A Novel Dataset and Deep Learning Benchmark for Land Use and Land Cover Classification",
            label=N_("Full title"),
            need="recommended",
            waivable=False,
        ),
        Field("kind", "choice", terms="kind", need="required", waivable=False),
        Field("year", "year", N_("When it was first published."), "2019", need="recommended", waivable=False),
        Field(
            "description",
            "prose",
            N_(
                "What it holds, how it was made, what it is good for. In your own words, 50 "
                "to 5000 characters."
            ),
            need="required",
            waivable=False,
        ),
        Field(
            "aliases",
            "names",
            N_("Other names and spellings, one on a line."),
            "BEN\nBigEarthNet-S2",
            waivable=False,
        ),
    ),
    more=(
        Field(
            "summary",
            "prose",
            N_("One sentence for the list of results, at most 300 characters."),
            waivable=False,
        ),
        Field(
            "keywords",
            "names",
            N_("One on a line. Leave out what tasks, themes and sensors say already."),
            waivable=False,
        ),
        Field(
            "slug",
            "word",
            N_("Small letters, digits and hyphens. Made of the name while it is left empty."),
            "eurosat-2",
            waivable=False,
        ),
        Field("purpose", "choice", N_("What it was made for."), terms="purpose"),
        Field("version", "word", N_("As the authors write it."), "2.0"),
        Field("status", "choice", terms="status", waivable=False),
        Field(
            "languages",
            "names",
            N_("Of texts in the dataset, such as captions. One on a line."),
            N_("English"),
            terms="language",
            is_open=True,
        ),
        Field("published_on", "date", N_("As exactly as it is known."), "2019-05-31"),
    ),
)

PEOPLE = Group(
    "people",
    N_("Paper and people"),
    N_("What to cite, and whom to ask."),
    (
        Field(
            "publication.doi",
            "doi",
            N_("Number or address."),
            "10.1109/IGARSS.2019.8900532",
            need="recommended",
        ),
        Field("publication.arxiv", "arxiv", N_("Number or address."), "1902.06148", need="recommended"),
        Field("publication.title", "line", need="recommended"),
        Field("publication.first_author", "word", N_("Family name."), "Sumbul", need="recommended"),
        Field("publication.venue", "word", "", "IGARSS"),
        Field("publication.url", "address", N_("Only if it has neither DOI nor arXiv number.")),
        Field(
            "data_doi",
            "doi",
            N_("Of the data themselves, not of the paper."),
            "10.5281/zenodo.12687186",
            need="recommended",
        ),
    ),
    more=(
        Field(
            "creators",
            "table",
            N_("One person on a line, in the order of the citation: name, ORCID iD, affiliation."),
            "Sumbul, Gencer\t0000-0003-0000-0000\tTU Berlin",
        ),
        Field("publisher", "word", N_("The organisation that puts it out."), "TU Berlin"),
        Field("cite_as", "prose", N_("Only if the makers ask for a wording of their own.")),
        Field("contact.name", "word", N_("A person or a desk that its makers name in public.")),
        Field("contact.email", "word", N_("Only one that its makers publish.")),
        Field("contact.url", "address"),
        Field(
            "other_ids",
            "table",
            N_("Scheme and identifier, one on a line."),
            "zenodo, 12687186\nkaggle, apollo2506/eurosat-dataset",
        ),
    ),
)
