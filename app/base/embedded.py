"""A private PostgreSQL cluster in the state folder, for everyone who gives no database address.

It listens on a Unix socket only, in a short temporary folder that nobody else may enter. Every process that
uses it holds a shared file lock; the last one to leave stops the server. Locks end with their process, so a
killed process leaves nothing behind but a running server, which the next start finds and uses.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import psycopg

from app.base.db import READER
from app.base.errors import Unavailable

DATABASE = "catalogue"
OLDEST_MAJOR = 15
LONGEST_SOCKET_FOLDER = 60
"""Characters; a socket path over 107 bytes is fatal to PostgreSQL."""

SERVER = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What visitors typed stays out of the server's log.
    "log_min_error_statement": "panic",
}
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

START_ATTEMPTS = 40
PAUSE_SECONDS = 0.25


def installed() -> dict[int, Path]:
    """Folders with the server's programs, by major version, newest first."""
    found = {
        int(programs.parent.name): programs
        for programs in Path("/usr/lib/postgresql").glob("*/bin")
        if programs.parent.name.isdigit() and (programs / "initdb").exists()
    }
    return {major: found[major] for major in sorted(found, reverse=True) if major >= OLDEST_MAJOR}


def _with_postgis(major: int) -> bool:
    return Path(f"/usr/share/postgresql/{major}/extension/postgis.control").exists()


@dataclass(frozen=True)
class Cluster:
    """One private cluster: its data folder, and server settings on top of `SERVER`."""

    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def sockets(self) -> Path:
        """Folder of the Unix socket: the same for every process that names the same data folder."""
        base = tempfile.gettempdir()
        digest = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:12]
        short = base if len(base) <= LONGEST_SOCKET_FOLDER else "/tmp"
        return Path(short) / f"eo-{os.getuid()}-{digest}"

    @property
    def address(self) -> str:
        """Address of the catalogue's database in this cluster."""
        return self.address_of(DATABASE)

    @property
    def read_address(self) -> str:
        """Address of the catalogue's database for the role that may only read."""
        return self.address_of(DATABASE, READER)

    def address_of(self, database: str, role: str = DATABASE) -> str:
        """Address of any database in this cluster."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    @cached_property
    def programs(self) -> Path:
        """Programs that fit the data folder, or the newest installed ones for a new folder."""
        versions = installed()
        written = self.folder / "PG_VERSION"
        if written.exists():
            major = int(written.read_text())
            if major not in versions:
                raise Unavailable(
                    f"{self.folder} was written by PostgreSQL {major}, which is not installed. Install it, "
                    "or move the folder away: the catalogue is loaded again from data/catalogue."
                )
            return versions[major]
        fitting = [programs for major, programs in versions.items() if _with_postgis(major)]
        if not fitting:
            raise Unavailable(
                f"PostgreSQL {OLDEST_MAJOR} or newer with PostGIS is not installed. `make serve` installs "
                "it; or set EO_DATABASE_URL to a server."
            )
        return fitting[0]

    def is_running(self) -> bool:
        """Whether the server answers."""
        try:
            with psycopg.connect(self.address_of("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> None:
        """Start the server when down; create the cluster, its database and its role when missing."""
        with self._alone():
            if not (self.folder / "PG_VERSION").exists():
                self._create()
            if not self.is_running():
                self._open_socket_folder()
                self._start()
            self._create_database()
            self._create_reader()

    def stop(self) -> None:
        """Stop the server; open connections are closed."""
        self._control("stop", "--mode=fast")

    @contextmanager
    def used(self) -> Iterator[str]:
        """Run the server while the block runs, together with every other process that uses it."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_file("users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.start()
            try:
                yield self.address
            finally:
                with self._alone():
                    fcntl.flock(users, fcntl.LOCK_UN)
                    if _obtains_alone(users.fileno()):
                        self.stop()

    def _lock_file(self, name: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{name}.lock")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time may create, start or stop."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_file("control").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _open_socket_folder(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        owner = self.sockets.lstat()
        if self.sockets.is_symlink() or owner.st_uid not in (os.getuid(), _server_user()):
            raise Unavailable(f"{self.sockets} belongs to someone else; remove it and start again.")
        self._hand_over(self.sockets)

    def _create(self) -> None:
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._hand_over(draft)
        self._run(
            "initdb", f"--pgdata={draft}", f"--username={DATABASE}", "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", "--no-instructions", *(["--no-sync"] if "fsync" in self.extra else []),
        )  # fmt: skip
        # A creation that was interrupted leaves only the draft, never half a cluster.
        draft.rename(self.folder)

    def _hand_over(self, folder: Path) -> None:
        """Give a folder to the user that runs the server; nothing to do where that is ourselves."""
        if os.getuid() == 0 and not _can_unshare():
            shutil.chown(folder, _server_user())
            folder.parent.chmod(0o711)
        folder.chmod(0o700)

    def _start(self) -> None:
        """Start; after a kill -9 the dead server's pid and memory block this for a moment, so try again."""
        settings = {**SERVER, **self.extra, "unix_socket_directories": str(self.sockets)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())

        def attempt() -> bool:
            log = f"--log={self.folder / 'server.log'}"
            return self._control("start", "--wait", log, f"--options={options}").returncode == 0

        if not _eventually(attempt):
            raise Unavailable(f"The private database does not start; {self.folder / 'server.log'} says why.")

    def _create_database(self) -> None:
        with psycopg.connect(self.address_of("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _create_reader(self) -> None:
        """Migrations give the role its rights; writing even into tables of its own is taken from it here."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [READER]).fetchone()
            if known is None:
                connection.execute(f"CREATE ROLE {READER} LOGIN")
                connection.execute(f"ALTER ROLE {READER} SET default_transaction_read_only = on")
                connection.execute(f"REVOKE TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC")

    def _control(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", f"--pgdata={self.folder}", "--silent", *arguments, check=False)

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [*_as_ordinary_user(), str(self.programs / program), *arguments]
        # The server outlives pg_ctl and would keep a pipe open: its output goes to files.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/",
                text=True, check=False,
            )  # fmt: skip
            output.seek(0)
            said = output.read()
        if check and done.returncode != 0:
            raise Unavailable(f"{program} failed: {said.strip()}")
        return subprocess.CompletedProcess(command, done.returncode, said, "")


def cluster(state: Path, *, durable: bool = True) -> Cluster:
    """The cluster of a state folder; `durable=False` is for tests, which lose nothing in a crash."""
    return Cluster(state / "postgres", extra={} if durable else WITHOUT_DURABILITY)


def _obtains_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _eventually(attempt: Callable[[], bool]) -> bool:
    for _ in range(START_ATTEMPTS):
        if attempt():
            return True
        time.sleep(PAUSE_SECONDS)
    return False


_UNSHARE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@cache
def _can_unshare() -> bool:
    """Whether this root may appear as an ordinary user to the programs it starts."""
    return subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def _server_user() -> int:
    """The user that `setpriv` changes to; ourselves where there is none."""
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return os.getuid()


def _as_ordinary_user() -> tuple[str, ...]:
    """PostgreSQL refuses to run as root, so root lends it a namespace or the user of the package."""
    if os.getuid() != 0:
        return ()
    if _can_unshare():
        return _UNSHARE
    return ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
