"""Where files are kept that are too large for rows: a folder, or a bucket of an S3 server.

Paths are relative, with `/` between their parts. Whoever gets a storage need not know which one it is.
"""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from app.base.errors import Invalid, NotFound, Unavailable
from app.base.later import Later

# They take half a second to import, which only a service with a bucket needs to spend.
boto3, botocore_client, botocore_errors = (
    Later("boto3"),
    Later("botocore.client"),
    Later("botocore.exceptions"),
)

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
_ABSENT = ("404", "NoSuchKey", "NotFound")
SECONDS = 10
AT_ONCE = 1000
"""Files that an S3 server removes in one question."""


class Storage(Protocol):
    """Keeps files under paths.

    Every method raises `Invalid` for a path that leads elsewhere, and `Unavailable` where nothing answers.
    """

    def put(self, path: str, content: bytes) -> None:
        """Write a file whole or not at all; one that is there is replaced."""

    def get(self, path: str) -> bytes:
        """The content of a file.

        Raises:
            NotFound: there is none.
        """

    def size(self, path: str) -> int:
        """The bytes of a file.

        Raises:
            NotFound: there is none.
        """

    def has(self, path: str) -> bool:
        """Whether there is a file."""

    def delete(self, path: str) -> None:
        """Remove a file, or all that lies under a folder; nothing happens where there is none."""


def open_storage(folder: Path, address: str | None = None, endpoint: str | None = None) -> Storage:
    """The storage that the settings name.

    Args:
        folder: where files lie without an address; it is made when the first file comes.
        address: s3://bucket/prefix. Keys and region come from where all tools of AWS read them.
        endpoint: of a server other than Amazon's.
    Raises:
        Invalid: the address is none of a bucket.
    """
    if address is None:
        return LocalStorage(folder)
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise Invalid(f"EO_STORAGE_URL must be like s3://bucket/prefix; it is {address}.")
    return S3Storage(parts.netloc, parts.path.strip("/"), endpoint)


def checked(path: str) -> str:
    """A path that stays inside the storage.

    Raises:
        Invalid: it does not.
    """
    if len(path) > 900 or not all(_PART.fullmatch(part) for part in path.split("/")):
        raise Invalid(f"{path[:100]!r} is no path of a file that is kept here.")
    return path


def _missing(path: str) -> NotFound:
    return NotFound(f"There is no file {path}.")


class LocalStorage:
    """Files in a folder of this machine, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _place(self, path: str) -> Path:
        return self._folder / checked(path)

    def put(self, path: str, content: bytes) -> None:
        """Write a file whole or not at all."""
        place = self._place(path)
        with _answering(path):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The draft begins with a dot, as no path can, so that nobody reads it as a file.
            draft = place.with_name(f".{os.getpid()}-{threading.get_ident()}-{place.name}")
            draft.write_bytes(content)
            draft.replace(place)

    def get(self, path: str) -> bytes:
        """The content of a file."""
        with _answering(path):
            return self._place(path).read_bytes()

    def size(self, path: str) -> int:
        """The bytes of a file."""
        with _answering(path):
            return self._place(path).stat().st_size

    def has(self, path: str) -> bool:
        """Whether there is a file."""
        return self._place(path).is_file()

    def delete(self, path: str) -> None:
        """Remove a file, or a folder with all in it."""
        place = self._place(path)
        with _answering(path):
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                place.unlink(missing_ok=True)


@contextmanager
def _answering(path: str) -> Iterator[None]:
    """Say in our words what a file system says."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise _missing(path) from None
    except OSError as error:
        raise Unavailable(f"Files cannot be kept or read now: {error.strerror}.") from error


class S3Storage:
    """Files in a bucket, under a prefix."""

    def __init__(self, bucket: str, prefix: str = "", endpoint: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{checked(prefix)}/" if prefix else ""
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._opened: Any = None

    def put(self, path: str, content: bytes) -> None:
        """Write a file; S3 shows it only when it is whole."""
        self._ask("put_object", path, Key=self._key(path), Body=content)

    def get(self, path: str) -> bytes:
        """The content of a file."""
        with self._answering(path):
            answer = self._client().get_object(Bucket=self._bucket, Key=self._key(path))
            content: bytes = answer["Body"].read()
        return content

    def size(self, path: str) -> int:
        """The bytes of a file."""
        return int(self._ask("head_object", path, Key=self._key(path))["ContentLength"])

    def has(self, path: str) -> bool:
        """Whether there is a file."""
        try:
            self.size(path)
        except NotFound:
            return False
        return True

    def delete(self, path: str) -> None:
        """Remove a file, or all that lies under a folder."""
        self._ask("delete_object", path, Key=self._key(path))
        with self._answering(path):
            pages = (
                self._client()
                .get_paginator("list_objects_v2")
                .paginate(
                    Bucket=self._bucket,
                    Prefix=f"{self._key(path)}/",
                    PaginationConfig={"PageSize": AT_ONCE},
                )
            )
            for page in pages:
                if keys := [{"Key": one["Key"]} for one in page.get("Contents", ())]:
                    self._client().delete_objects(
                        Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True}
                    )

    def _key(self, path: str) -> str:
        return self._prefix + checked(path)

    def _ask(self, what: str, path: str, **arguments: Any) -> dict[str, Any]:
        with self._answering(path):
            answer: dict[str, Any] = getattr(self._client(), what)(Bucket=self._bucket, **arguments)
        return answer

    def _client(self) -> Any:
        """One client for all threads, which may share it; opened when a file is first asked for."""
        with self._lock:
            if self._opened is None:
                config = botocore_client.Config(
                    connect_timeout=SECONDS,
                    read_timeout=SECONDS,
                    retries={"max_attempts": 3, "mode": "standard"},
                    # Servers other than Amazon's seldom have a name for each bucket.
                    s3={"addressing_style": "path"} if self._endpoint else {},
                )
                self._opened = boto3.Session().client("s3", endpoint_url=self._endpoint, config=config)
            return self._opened

    @contextmanager
    def _answering(self, path: str) -> Iterator[None]:
        """Say in our words what the server says; its keys stay out of the message."""
        try:
            yield
        except botocore_errors.ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _ABSENT:
                raise _missing(path) from None
            raise Unavailable(f"The bucket of this service does not answer: {code}.") from error
        except botocore_errors.BotoCoreError as error:
            reason = type(error).__name__
            raise Unavailable(f"The bucket of this service does not answer: {reason}.") from error
