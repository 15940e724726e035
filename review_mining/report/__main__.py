"""``python -m review_mining.report``: a shop's review export in, a report in a directory out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from importlib import resources
from pathlib import Path

from review_mining.command import run
from review_mining.errors import UsageError, VerificationError
from review_mining.pipeline import Context, ReviewMiner
from review_mining.progress import ProgressDisplay
from review_mining.report.verification import verify
from review_mining.selection import Selection
from review_mining.staging import staged_directory
from review_mining.taxonomy import industry_names

_SHOWN_DIFFERENCES = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run the report command.

    Args:
        argv: arguments; by default those of the process.

    Returns:
        0 done, 1 failed, 2 wrong usage or unreadable input, 3 ``--verify`` found a difference, 130 interrupted.
    """
    arguments = _parser().parse_args(argv)
    return run(lambda: _verify(arguments.verify) if arguments.verify else _report(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="review-mining report", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("input", nargs="*", metavar="INPUT", help="files, folders or globs; - for standard input")
    add("--sample", action="store_true", help="use the bundled sample reviews")
    add("-o", "--out", type=Path, help="directory to write (default: report-<input name>)")
    add("--map", action="append", default=[], metavar="COL=NAME", help="reviews column = column of the input")
    add("--since", type=_day, metavar="DATE", help="first day, YYYY-MM-DD")
    add("--until", type=_day, metavar="DATE", help="last day, YYYY-MM-DD")
    add("--product", metavar="ID", help="only this product")
    add("--compare-to", metavar="PERIOD", help="'previous', or FROM..TO as two days")
    add("--industry", metavar="NAME", help=f"one of {', '.join(industry_names())}, or a file")
    add("--model", metavar="DIR", help="aspect model (default: the bundled one)")
    add("--themes", type=Path, metavar="DIR", help="theme model of an earlier report, whose ids are kept")
    add("--evidence", type=Path, metavar="DIR", help="output of the evidence command, for a section of its own")
    add("--metrics", type=Path, metavar="FILE", help="operational figures (name, value)")
    add("--actions", type=Path, metavar="FILE", help="fixes under way (theme_id, owner, status, …)")
    add("--config", type=Path, metavar="FILE", help="settings (default: configs/report.yaml)")
    add("--lang", choices=("zh", "en"), default="zh")
    add("--quiet", action="store_true", help="no progress, no summary")
    add("--force", action="store_true", help="replace the output directory if it exists")
    add("--verify", type=Path, metavar="OUT", help="recompute every figure and quote of a report from its tables")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-03-31") from None


def _report(arguments: argparse.Namespace) -> int:
    sources = _sources(arguments)
    out = arguments.out or Path(f"report-{_stem(sources[0]) if not arguments.sample else 'sample'}")
    mapping = _mapping(arguments.map)
    with staged_directory(out, force=arguments.force) as partial:
        content = ReviewMiner(arguments.model, arguments.themes, arguments.config).write(
            sources,
            partial,
            mapping=mapping,
            selection=Selection(since=arguments.since, until=arguments.until, product=arguments.product),
            context=Context(
                industry=arguments.industry,
                compare_to=arguments.compare_to,
                metrics=arguments.metrics,
                actions=arguments.actions,
                evidence=arguments.evidence,
            ),
            lang=arguments.lang,
            progress=ProgressDisplay(quiet=arguments.quiet),
        )
    if not arguments.quiet:
        sys.stdout.write(f"{content['summary'][arguments.lang]}\n{out / 'report.html'}\n")
    return 0


def _sources(arguments: argparse.Namespace) -> list[Path]:
    if arguments.sample and arguments.input:
        raise UsageError("Give either --sample or INPUT, not both.")
    if arguments.sample:
        return [Path(str(resources.files("review_mining"))) / "sample" / "reviews.csv"]
    if not arguments.input:
        raise UsageError("Give the reviews to read, or --sample for the bundled ones; --help shows the flags.")
    return [Path(source) for source in arguments.input]


def _stem(source: Path) -> str:
    return "stdin" if str(source) == "-" else source.stem.strip("*?[]. ") or "reviews"


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not (name and equals and column):
            raise UsageError(f"--map {pair!r} is not of the form COL=NAME, for example --map text=评价内容")
        mapping[name] = column
    return mapping


def _verify(out: Path) -> int:
    differences = verify(out)
    if not differences:
        sys.stdout.write(f"{out}: every figure and quote follows from the tables\n")
        return 0
    listed = "\n".join(f"  {difference}" for difference in differences[:_SHOWN_DIFFERENCES])
    more = len(differences) - _SHOWN_DIFFERENCES
    rest = f"\n  and {more} more" if more > 0 else ""
    raise VerificationError(f"{out}: {len(differences)} differences from the tables:\n{listed}{rest}")


if __name__ == "__main__":
    sys.exit(main())
