"""The service, or another program, as a process of its own."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return str(listening.getsockname()[1])


@contextmanager
def started(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process, once its log says that it listens."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, stderr=said, stdout=said, cwd=CHECKOUT)
    try:
        follow = ["tail", "--follow", "--lines=+1", f"--pid={process.pid}", str(log)]
        with subprocess.Popen(follow, stdout=subprocess.PIPE) as following:
            assert following.stdout
            assert any(b"running on http" in line for line in following.stdout), log.read_text()
            following.kill()
        yield process
    finally:
        process.kill()
        process.wait()
