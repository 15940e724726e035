"""``python -m review_mining.serve``: start the HTTP service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from review_mining.aspects import AspectTagger
from review_mining.command import run
from review_mining.errors import MissingExtraError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the serve command until it is interrupted.

    Args:
        argv: arguments; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="review-mining serve", description=__doc__, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="where keys are kept")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--model", metavar="DIR", help="aspect model (default: the bundled one)")
    arguments = parser.parse_args(argv)
    return run(lambda: _serve(arguments))


def _serve(arguments: argparse.Namespace) -> int:
    try:
        import uvicorn

        from review_mining.service.app import create_app
        from review_mining.service.store import Store
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "service") from error
    app = create_app(AspectTagger.from_pretrained(arguments.model), Store.configured(arguments.data))
    uvicorn.run(app, host=arguments.host, port=arguments.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
