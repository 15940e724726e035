"""A PostgreSQL server of one's own for tests: started in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text


def postgresql_programs() -> Path | None:
    """Folder of ``initdb`` and ``pg_ctl``, or None where PostgreSQL is not installed."""
    server = shutil.which("postgres")
    folders = [Path(server).resolve().parent] if server else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


def running_postgresql(folder: Path) -> Iterator[str]:
    """Start a server, give the URL of its empty database, stop it; for ``yield from`` in a fixture.

    Args:
        folder: where the server's log goes. Its data lie in a temporary folder that is removed afterwards: the server
            refuses to run as root, and pytest's own folders are closed to the user that it runs as instead.
    """
    programs = postgresql_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="postgresql-") as place:
        data = Path(place) / "data"
        user = _other_than_root()
        if user is not None:
            shutil.chown(place, user)

        def run(program: str, *arguments: str) -> None:
            with (folder / "postgresql.log").open("ab") as log:
                command = [str(programs / program), "-D", str(data), *arguments]
                subprocess.run(
                    command,
                    check=True,
                    cwd=place,
                    stdout=log,
                    stderr=log,
                    user=user,
                    extra_groups=None if user is None else [],
                )

        run("initdb", "--no-sync", "--auth=trust", "--username=tests", "--encoding=UTF8", "--locale=C")
        port = _free_port()
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        run("pg_ctl", "-w", "-o", settings, "start")
        try:
            yield f"postgresql+pg8000://tests@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@contextmanager
def stopped_postgresql(url: str) -> Iterator[None]:
    """A server of ``running_postgresql`` stopped for the time of the block, without a word to those connected."""
    engine = create_engine(url)
    with engine.connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    programs = postgresql_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # The server refuses root, so its own user has to start it.
    user = os.stat(folder).st_uid

    def control(*arguments: str) -> None:
        command = [str(programs / "pg_ctl"), "-D", folder, "-s", "-w", *arguments]
        subprocess.run(command, check=True, user=user, extra_groups=[], cwd=folder, stdout=subprocess.DEVNULL)

    control("-m", "immediate", "stop")
    try:
        yield
    finally:
        control("-l", f"{folder}/restarted.log", "restart")


def _other_than_root() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
