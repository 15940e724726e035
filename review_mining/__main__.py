"""``review-mining NAME …`` and ``python -m review_mining NAME …``: the subcommands, each also a module of its own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "report": "a report on reviews: what to fix first",
    "evidence": "signs that an after-sales picture is AI-made, edited or reused",
    "serve": "the HTTP service",
    "keys": "API keys of the service",
    "pool": "share hashes of case pictures among shops of the service",
    "purge": "delete from the service's data for good",
}
_USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the subcommand that the first argument names.

    Args:
        argv: arguments; by default those of the process.

    Returns:
        The subcommand's exit status.
    """
    name, *rest = (sys.argv[1:] if argv is None else argv) or ["--help"]
    if name in COMMANDS:
        module = importlib.import_module(_module(name))
        status: int = module.main(rest)
        return status
    lines = [f"  {command:<10}{purpose}" for command, purpose in COMMANDS.items()]
    listing = "\n".join(["usage: review-mining COMMAND …", "", *lines, "", "Each has --help."])
    if name in ("-h", "--help"):
        sys.stdout.write(f"{listing}\n")
        return 0
    sys.stderr.write(f"review-mining: there is no command {name!r}\n{listing}\n")
    return _USAGE_ERROR


def _module(name: str) -> str:
    package = f"review_mining.{name}"
    return f"{package}.__main__" if name in ("report", "evidence") else package


if __name__ == "__main__":
    sys.exit(main())
