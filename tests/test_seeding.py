"""The bundled catalogue is loaded whole, once, and again only when something changed."""

from sqlalchemy import func, select

from app import seeding
from app.catalogue.tables import Dataset


def test_every_file_of_the_catalogue_is_published(seeded_session):
    published = set(seeded_session.scalars(select(Dataset.slug)))

    assert published == {path.stem for path in seeding.files()}
    assert len(published) > 1000


def test_loading_again_changes_nothing(seeded_session):
    before = seeded_session.scalar(select(func.max(Dataset.version)))

    outcome = seeding.load(seeded_session)

    assert (outcome.new, outcome.changed) == (0, 0)
    assert outcome.same == len(seeding.files())
    assert seeded_session.scalar(select(func.max(Dataset.version))) == before


def test_progress_adds_up_to_the_number_of_files(session, tmp_path):
    for path in seeding.files()[:5]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    steps: list[int] = []

    seeding.load(session, tmp_path, progress=steps.append)

    assert sum(steps) == 5


def test_the_fingerprint_follows_the_content_of_a_file(tmp_path):
    (tmp_path / "one.yaml").write_text("slug: one\n")
    first = seeding.fingerprint(tmp_path)
    (tmp_path / "one.yaml").write_text("slug: one \n")

    assert seeding.fingerprint(tmp_path) != first


def test_what_was_loaded_is_remembered_per_database_without_its_address(tmp_path):
    seeding.remember(tmp_path, "postgresql://me:hunter2@db/one", "abc")
    seeding.remember(tmp_path, "postgresql://me:hunter2@db/two", "def")

    assert seeding.remembered(tmp_path, "postgresql://me:hunter2@db/one") == "abc"
    assert seeding.remembered(tmp_path, "postgresql://me:hunter2@db/three") is None
    assert "hunter2" not in (tmp_path / "loaded.json").read_text()
