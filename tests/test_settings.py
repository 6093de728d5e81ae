"""Settings come from the environment, once; what they make is private."""

import pytest
from pydantic import ValidationError

from app.settings import Settings, kept_secret


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("HOST", "PORT", "EO_STATE_DIR", "EO_DATABASE_URL", "EO_SECRET", "EO_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_needs_to_be_configured():
    settings = Settings()

    assert settings.address == "http://127.0.0.1:8000"
    assert settings.database_url is None


def test_each_setting_is_read_from_its_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("HOST", "::1")
    monkeypatch.setenv("EO_STATE_DIR", str(tmp_path / "there"))
    monkeypatch.setenv("EO_POOL_SIZE", "3")

    settings = Settings()

    assert settings.address == "http://[::1]:9000"
    assert settings.state == tmp_path / "there"
    assert settings.pool_size == 3


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings().port = 9


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("EO_SECRET", "short"),
        ("EO_PUBLIC_URL", "https://example.org/"),
        ("EO_PUBLIC_URL", "example.org"),
        ("EO_STATEMENT_TIMEOUT_MS", "0"),
        ("EO_LOG_FORMAT", "xml"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError):
        Settings()


def test_secrets_do_not_show_in_a_log(monkeypatch):
    monkeypatch.setenv("EO_SECRET", "s" * 40)
    monkeypatch.setenv("EO_DATABASE_URL", "postgresql://me:hunter2@db/catalogue")

    assert "ssss" not in repr(Settings())
    assert "hunter2" not in repr(Settings())


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first = Settings(state_dir=tmp_path).signing_key

    assert Settings(state_dir=tmp_path).signing_key == first
    assert len(first) >= 43
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_two_folders_have_two_secrets(tmp_path):
    assert kept_secret(tmp_path / "one") != kept_secret(tmp_path / "two")


def test_the_state_folder_is_closed_to_others(tmp_path):
    assert Settings(state_dir=tmp_path / "var").state.stat().st_mode & 0o077 == 0
