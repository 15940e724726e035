"""Load on the HTTP service, from this machine to this machine: throughput, waiting times, overload, memory.

The service is a process of its own, started as its command is; the callers share the processor's cores with it. The
bare tagger is measured in the same run, before and after, for only ratios can be compared between machines.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path

import numpy as np

_CALLERS = (1, 8, 64, 256)
_SECONDS = 15.0
_AT_ONCE = 20
"""Reviews of a request where many are sent at once."""
_MOST_REQUESTS = 100_000
_OPEN_CONNECTIONS = 512
_START_S = 120


@dataclass
class Measured:
    """What callers saw.

    Attributes:
        seconds: how long they called.
        reviews: answered.
        waits: milliseconds of each accepted call.
        statuses: how often which status came.
    """

    seconds: float = 0.0
    reviews: int = 0
    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Reviews a second."""
        return self.reviews / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the accepted calls took at most."""
        return float(np.percentile(self.waits, share)) if self.waits else float("nan")

    def line(self) -> str:
        """In words."""
        waits = ", ".join(f"p{share} {self.percentile(share):,.0f}" for share in (50, 95, 99))
        return f"{self.rate:,.0f} reviews/s, {waits} ms, answers {dict(sorted(self.statuses.items()))}"


class Connection:
    """A kept connection to the service that costs the generator as little as possible."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._head = f"POST /v1/reviews/analyze HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n"
        self._head += "Content-Type: application/json\r\nContent-Length: "
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, texts: Sequence[str], into: Measured) -> None:
        """Send reviews and note the answer."""
        body = json.dumps({"reviews": [{"review_id": str(n), "text": text} for n, text in enumerate(texts)]}).encode()
        began = time.perf_counter()
        status = await self._answer(f"{self._head}{len(body)}\r\n\r\n".encode() + body)
        into.statuses[status] += 1
        if status == 200:
            into.waits.append(1000 * (time.perf_counter() - began))
            into.reviews += len(texts)

    async def _answer(self, request: bytes) -> int:
        try:
            return await self._asked(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            # The service closes connections that lay idle for some seconds.
            self.close()
            return await self._asked(request)

    async def _asked(self, request: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        if b"connection: close" in head:
            self.close()
        return int(head.split()[1])

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def steady(port: int, key: str, texts: Sequence[str], callers: int, at_once: int, seconds: float) -> Measured:
    """Callers that each send the next request as soon as the last is answered."""
    found, drawn, left = Measured(), cycle(texts), count()
    began = time.perf_counter()

    async def caller() -> None:
        connection = Connection(port, key)
        while time.perf_counter() - began < seconds and next(left) < _MOST_REQUESTS:
            await connection.call([next(drawn) for _ in range(at_once)], found)
        connection.close()

    await asyncio.gather(*(caller() for _ in range(callers)))
    found.seconds = time.perf_counter() - began
    return found


async def arriving(port: int, key: str, texts: Sequence[str], rate: float, at_once: int, seconds: float) -> Measured:
    """Requests that arrive at random moments (Poisson), whether or not earlier ones are answered.

    Args:
        port: of the service.
        key: an API key.
        texts: reviews.
        rate: reviews a second.
        at_once: reviews of a request.
        seconds: how long.
    """
    found, drawn = Measured(), cycle(texts)
    idle: list[Connection] = [Connection(port, key) for _ in range(_OPEN_CONNECTIONS)]
    pauses = np.random.default_rng(0).exponential(at_once / rate, _MOST_REQUESTS)
    moments = np.cumsum(pauses)
    calls: set[asyncio.Task[None]] = set()
    began = time.perf_counter()

    async def one(connection: Connection) -> None:
        await connection.call([next(drawn) for _ in range(at_once)], found)
        idle.append(connection)

    for moment in moments[moments < seconds].tolist():
        await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
        if not idle:
            found.statuses[0] += 1
            continue
        task = asyncio.create_task(one(idle.pop()))
        calls.add(task)
        task.add_done_callback(calls.discard)
    await asyncio.gather(*calls)
    found.seconds = time.perf_counter() - began
    for connection in idle:
        connection.close()
    return found


@contextmanager
def served() -> Iterator[tuple[int, int, str]]:
    """A service in a process of its own: its process id, port and a key."""
    with tempfile.TemporaryDirectory() as data:
        from review_mining.service.store import Store

        store = Store.in_directory(Path(data))
        key = store.keys.create("load", ["analyze"], per_minute=100_000_000)
        store.close()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "review_mining.serve", "--port", str(port), "--data", data]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _wait_until_ready(port, process)
            yield process.pid, port, key
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The service did not start.")


def rss(pid: int) -> float:
    """Memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def bare(texts: Sequence[str]) -> tuple[float, float]:
    """The tagger without a service: reviews a second all at once, and median milliseconds of one alone."""
    from review_mining.aspects import AspectTagger

    tagger = AspectTagger.from_pretrained()
    tagger.tag(texts[:64])
    began = time.perf_counter()
    tagger.tag(texts)
    rate = len(texts) / (time.perf_counter() - began)
    waits = []
    for text in texts[:200]:
        began = time.perf_counter()
        tagger.tag([text])
        waits.append(1000 * (time.perf_counter() - began))
    return rate, float(np.median(waits))


def service(texts: Sequence[str], soak_minutes: float, seconds: float = _SECONDS) -> None:
    """Run all measurements and print them.

    Args:
        texts: reviews to send.
        soak_minutes: how long memory is watched at 80 % of capacity; 0 for not at all.
        seconds: how long each other measurement takes.
    """
    before = bare(texts)
    print(f"bare tagger: {before[0]:,.0f} reviews/s all at once, one alone {before[1]:.1f} ms (median)", flush=True)
    with served() as (pid, port, key):
        asyncio.run(steady(port, key, texts, 8, 1, min(5.0, seconds)))
        singles: dict[int, Measured] = {}
        for callers in _CALLERS:
            singles[callers] = asyncio.run(steady(port, key, texts, callers, 1, seconds))
            print(f"{callers} callers, one review each: {singles[callers].line()}", flush=True)
        many = asyncio.run(steady(port, key, texts, 8, _AT_ONCE, seconds))
        print(f"8 callers, {_AT_ONCE} reviews each: {many.line()}", flush=True)
        one_by_one = max(found.rate for found in singles.values())
        half = asyncio.run(arriving(port, key, texts, one_by_one / 2, 1, seconds))
        print(f"single reviews at half of {one_by_one:,.0f}/s: {half.line()}", flush=True)
        over = asyncio.run(arriving(port, key, texts, 3 * many.rate, _AT_ONCE, seconds))
        print(f"three times {many.rate:,.0f}/s: {over.line()}, {rss(pid):,.0f} MB", flush=True)
        if soak_minutes:
            asyncio.run(_soak(pid, port, key, texts, 0.8 * many.rate, soak_minutes))
    after = bare(texts)
    rate, alone = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
    print(f"bare tagger again: {after[0]:,.0f} reviews/s, one alone {after[1]:.1f} ms")
    print(f"throughput {many.rate / rate:.0%} of the bare tagger's, single reviews {one_by_one / rate:.0%}")
    print(f"p99 of single reviews at half load {half.percentile(99) / alone:.1f} times the bare median")


async def _soak(pid: int, port: int, key: str, texts: Sequence[str], rate: float, minutes: float) -> None:
    """Memory minute by minute; the first fifth of the time warms up."""
    memory = []
    for _ in range(max(1, round(minutes))):
        found = await arriving(port, key, texts, rate, _AT_ONCE, 60.0)
        memory.append(rss(pid))
        print(f"soak at {rate:,.0f}/s: {found.line()}, {memory[-1]:,.0f} MB", flush=True)
    kept = memory[len(memory) // 5 :]
    spread = (max(kept) - min(kept)) / kept[0]
    print(f"memory after warming up {kept[0]:,.0f} to {kept[-1]:,.0f} MB, spread {spread:.1%}")
