"""The worker looks at links only where the operator says so."""

from app import worker
from app.settings import Settings


def test_monitor_is_off_until_it_is_switched_on(tmp_path):
    off = Settings(state_dir=tmp_path)
    on = Settings(state_dir=tmp_path, link_monitor=True)

    assert not worker.LINKS.keys() & worker.times(off).keys()
    assert worker.times(on).items() >= worker.LINKS.items()


def test_worker_knows_every_kind_that_starts_by_itself(tmp_path):
    settings = Settings(state_dir=tmp_path, link_monitor=True)

    assert worker.times(settings).keys() <= worker.kinds(settings).keys()


def test_monitor_asks_nobody_where_asking_others_is_switched_off(tmp_path, session, add_dataset):
    settings = Settings(state_dir=tmp_path, link_monitor=True, outside=False)
    add_dataset("one", urls={"home": "https://data.example.org/"})

    assert worker.kinds(settings)["check_links"](session) == 0
