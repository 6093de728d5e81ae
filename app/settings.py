"""Every setting of the service, read once from `EO_…` variables; the defaults need no configuration."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[1]


class Provider(BaseModel):
    """Where people may sign in besides here: an issuer of OpenID Connect, or GitHub with its own way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9-]{1,30}$", description="Stands in addresses; never change it.")
    label: str = Field(min_length=1, max_length=60, description="Stands on the page.")
    kind: Literal["oidc", "github"] = "oidc"
    issuer: str = Field(pattern=r"^https?://[^\s/]+[^\s]*$", description="As the issuer writes itself.")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    scope: str | None = Field(default=None, description="What is asked for, where the usual is refused.")


class Settings(BaseSettings):
    """Frozen once read; passed down as plain arguments below `web`, `worker` and `__main__`."""

    model_config = SettingsConfigDict(env_prefix="EO_", env_ignore_empty=True, frozen=True, extra="ignore")

    state_dir: Path = Field(default=Path("var"), description="Folder for the database, secret and dumps.")
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL address (postgresql://…); without it a private one runs in the state folder.",
    )
    read_database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL address for reads: a role that may only read, or a replica of the database.",
    )
    host: str = Field(default="127.0.0.1", validation_alias="HOST", description="Address to listen on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8000, validation_alias="PORT", description="Port to listen on; 0 takes a free one."
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+[^\s]*[^/\s]$",
        description="Address visitors use, without a slash at its end; it stands in feeds and citations.",
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Key that signs cursors; without it one is made and kept in the state folder.",
    )
    statement_timeout_ms: Annotated[int, Field(ge=50, le=600_000)] = Field(
        default=2000, description="Longest time one read may take in the database, in milliseconds."
    )
    pool_size: Annotated[int, Field(ge=1, le=200)] = Field(
        default=8, description="Connections to the database, and requests worked on at once."
    )
    log_format: Literal["text", "json"] = Field(
        default="json", description="`json` for collectors, `text` for people."
    )

    smtp_url: SecretStr | None = Field(
        default=None,
        description="Server for mails (smtp://user:password@host:587, smtps://…); else they become files.",
    )
    mail_from: str = Field(
        default="catalogue@localhost", pattern=r"^[^\r\n]+@[^\r\n]+$", description="Sender of mails."
    )
    open_accounts: bool = Field(
        default=True, description="Whether everybody may have an account, by a link mailed to them."
    )
    sign_in_with: tuple[Provider, ...] | None = Field(
        default=None, description="Providers of identities, as a JSON list of objects."
    )
    one_curator: bool = Field(
        default=False, description="Whether curators may approve what they submitted themselves."
    )
    outside: bool = Field(
        default=True, description="Whether other servers may be asked at all: by prefill and link monitor."
    )
    stac_transactions: bool = Field(
        default=False, description="Whether editors may add, replace and remove items over HTTP, by token."
    )
    link_monitor: bool = Field(
        default=False, description="Whether the worker looks whether the addresses of the records answer."
    )
    models: Annotated[Path, AfterValidator(lambda path: ROOT / path)] = Field(
        default=Path("data/models"),
        validate_default=True,
        description="Folder of the models: a card and a file for each.",
    )

    storage_url: str | None = Field(
        default=None,
        pattern=r"^s3://[^\s/?#]+(/[^\s?#]*)?$",
        description="Bucket for the files of tiles and runs (s3://bucket/prefix); else the state folder.",
    )
    storage_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+[^\s]*$",
        description="Address of the server that has the bucket, where that is not Amazon's.",
    )
    model_server: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+[^\s]*[^/\s]$",
        description="Server of the Open Inference Protocol where networks run; else they run in the worker.",
    )
    run_threads: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="Threads on which a network runs; on one of them, receipts repeat bit for bit."
    )
    run_memory_mb: Annotated[int, Field(ge=200, le=1_000_000)] = Field(
        default=2000, description="Memory that a run may take, in megabytes."
    )
    run_seconds: Annotated[int, Field(ge=1, le=86_400)] = Field(
        default=300, description="Time that a run may take, in seconds."
    )
    runs_kept_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=30, description="Days for which the results of runs are kept."
    )
    visitor_runs: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=30, description="Runs that a visitor without an account may ask for in an hour."
    )

    @property
    def state(self) -> Path:
        """The state folder as an absolute path, made when missing and closed to others."""
        folder = self.state_dir.expanduser().absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @cached_property
    def address(self) -> str:
        """Where visitors reach the service."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @cached_property
    def signing_key(self) -> str:
        """The secret given, else one made once and kept in the state folder, readable by its owner only."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        return kept_secret(self.state / "secret")


def kept_secret(path: Path) -> str:
    """Read the secret in `path`; write a new one first when there is none.

    The file is created whole or not at all, so that two processes that start together agree on one secret.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
