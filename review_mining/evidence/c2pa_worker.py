"""A process that does nothing but read C2PA records, so that a hostile file can hang or crash only this process.

``python -m review_mining.evidence.c2pa_worker [TRUST_ANCHORS.pem]`` with a connected socket as standard input: each
request is a media type and a file, each answer the record as JSON, or ``null`` where there is none that can be read.
Nothing is fetched: neither manifests that are only linked to, nor the state of certificates.
"""

from __future__ import annotations

import io
import json
import socket
import struct
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from review_mining.evidence.c2pa_record import C2paRecord, read_record

if TYPE_CHECKING:
    from c2pa import Context

REQUEST = struct.Struct(">II")
"""Lengths of the media type and of the file."""
ANSWER = struct.Struct(">I")
"""Length of the JSON."""
_MEMORY = 1 << 30


def main(argv: Sequence[str]) -> int:
    """Answer requests until the other side closes.

    Args:
        argv: the path of the trust anchors, if any.
    """
    context = _context(Path(argv[0]).read_text(encoding="utf-8", errors="replace") if argv else None)
    _limit_memory()
    with socket.socket(fileno=0) as connection, connection.makefile("rb") as requests:
        _send(connection, True)
        while len(head := requests.read(REQUEST.size)) == REQUEST.size:
            kind_length, length = REQUEST.unpack(head)
            kind = requests.read(kind_length).decode()
            record = _record(requests.read(length), kind, context)
            _send(connection, None if record is None else asdict(record))
    return 0


def _limit_memory() -> None:
    """Leave a gibibyte beyond what the loaded libraries take; where a system cannot do this, the deadline stays."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return
    resource.setrlimit(resource.RLIMIT_AS, (taken + _MEMORY, taken + _MEMORY))


def _context(anchors: str | None) -> Context:
    from c2pa import Context

    settings: dict[str, dict[str, object]] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    if anchors is not None:
        settings["trust"] = {"trust_anchors": anchors}
    return Context.from_dict(settings)


def _record(data: bytes, kind: str, context: Context) -> C2paRecord | None:
    from c2pa import Reader

    stream: BinaryIO = io.BytesIO(data)
    try:
        with Reader(kind, stream, context=context) as reader:
            return read_record(json.loads(reader.json()), reader.get_validation_state())
    except Exception:  # a record that cannot be read says nothing, whatever is wrong with it
        return None


def _send(connection: socket.socket, answer: object) -> None:
    body = json.dumps(answer).encode()
    connection.sendall(ANSWER.pack(len(body)) + body)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
