"""``python -m review_mining.evidence``: judge after-sales cases and write a queue for the people who decide."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from review_mining.errors import ReviewMiningError, UsageError, VerificationError

if TYPE_CHECKING:
    from review_mining.evidence.classifier import EvidenceClassifier
    from review_mining.evidence.verdicts import CaseVerdict


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: arguments without the program name, ``sys.argv`` when None.

    Returns:
        exit status: 0 done, 1 the job failed, 2 wrong usage or unreadable input, 3 ``--verify-pack``
        found a difference, 130 interrupted.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        if given[:1] == ["appeals"]:
            _appeals(given[1:])
        elif (arguments := _parser().parse_args(given)).verify_pack:
            _verify(arguments.verify_pack)
        else:
            _run(arguments)
    except SystemExit as leave:  # argparse leaves this way
        return leave.code if isinstance(leave.code, int) else 2
    except ReviewMiningError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_status
    except OSError as error:
        sys.stderr.write(f"error: {error.filename or 'output'}: {error.strerror or error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: nothing was written.\n")
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="review-mining evidence",
        description="Judge after-sales cases: which pictures declare to be AI-made, were sent before, or do not open.",
        epilog="'review-mining evidence appeals add|list' records and shows what a person decided about a sign.",
    )
    parser.add_argument("cases", nargs="?", type=Path, help="cases as JSON Lines; without it every picture is a case")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the pictures; nothing outside is read")
    parser.add_argument("--sample", action="store_true", help="judge the bundled sample cases")
    parser.add_argument("--index", metavar="FILE", help="pictures seen in earlier runs (made if absent), or a URL")
    parser.add_argument("--listings", type=Path, metavar="DIR", help="the shop's own listing pictures")
    parser.add_argument(
        "--pool", metavar="FILE", help="hashes that shops share (made if absent), or a URL; with --shop"
    )
    parser.add_argument("--shop", metavar="NAME", help="this shop's name in the pool, kept as a digest")
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="facts about buyers, to order the queue by")
    parser.add_argument("--corrections", type=Path, metavar="FILE", help="decisions on appeals, obeyed and shown")
    parser.add_argument("-o", dest="out", type=Path, metavar="OUT", help="result folder (default evidence-<input>)")
    parser.add_argument("--packs", action="store_true", help="write evidence packs of the graver cases into OUT/packs")
    parser.add_argument("--no-originals", action="store_true", help="leave the pictures' original bytes out of packs")
    parser.add_argument("--verify-pack", type=Path, metavar="FILE", help="check the hashes of a pack, and do no more")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings instead of configs/evidence.yaml")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of queue.html")
    parser.add_argument("--quiet", action="store_true", help="no progress display")
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
    return parser


def _run(arguments: argparse.Namespace) -> None:
    from review_mining.evidence.cases import cases_of_pictures, read_cases
    from review_mining.evidence.classifier import EvidenceClassifier
    from review_mining.evidence.corrections import Corrections, read_corrections
    from review_mining.evidence.output import write_results
    from review_mining.evidence.pool import Pool
    from review_mining.evidence.queue import render_queue
    from review_mining.evidence.reuse import PictureIndex
    from review_mining.progress import ProgressDisplay
    from review_mining.staging import staged_directory

    began = datetime.now(UTC)
    source, images = _input(arguments)
    if (arguments.pool is None) != (arguments.shop is None):
        raise UsageError("--pool and --shop belong together.\n  A shop finds other shops' pictures, not its own.")
    out = arguments.out or Path(f"evidence-{'sample' if arguments.sample else (source or images).resolve().stem}")
    corrections = read_corrections(arguments.corrections) if arguments.corrections else Corrections()
    display = ProgressDisplay(quiet=arguments.quiet)
    with (
        staged_directory(out, force=arguments.force) as folder,
        PictureIndex(arguments.index) as index,
        closing(Pool(arguments.pool, arguments.shop)) if arguments.pool else nullcontext() as pool,
    ):
        classifier = EvidenceClassifier.from_config(
            arguments.config,
            images=images,
            index=index,
            listings=arguments.listings,
            pool=pool,
            accounts=arguments.accounts,
            corrections=corrections,
        )
        cases = cases_of_pictures(images) if source is None else read_cases(source)
        with display.stage("cases", len(cases)) as advance:
            verdicts = classifier.judge_all(cases, advance)
        write_results(verdicts, classifier.config, classifier.reader.method, folder)
        page = render_queue(verdicts, classifier.config, images=images, language=arguments.lang)
        (folder / "queue.html").write_text(page, encoding="utf-8")
        if arguments.packs:
            _write_packs(verdicts, classifier, folder, arguments, began)
        index.commit()
        if pool:
            pool.commit()
    sys.stdout.write(f"{out / 'queue.html'}\n")


def _write_packs(
    verdicts: Sequence[CaseVerdict],
    classifier: EvidenceClassifier,
    folder: Path,
    arguments: argparse.Namespace,
    began: datetime,
) -> None:
    from review_mining.evidence.origin import origin_of
    from review_mining.evidence.pack import PackMaker

    origin = origin_of(classifier.config, classifier.reader.method, began)
    maker = PackMaker(
        classifier.config, origin, classifier.images, arguments.lang, originals=not arguments.no_originals
    )
    maker.write_all(verdicts, folder / "packs")


def _verify(pack: Path) -> None:
    from review_mining.evidence.pack_check import verify_pack

    if differences := verify_pack(pack):
        listed = "\n".join(f"  {ascii(difference)[1:-1]}" for difference in differences)
        raise VerificationError(f"{pack}: {len(differences)} differences:\n{listed}")
    sys.stdout.write(f"{pack}: every file is as its manifest says\n")


def _appeals(argv: Sequence[str]) -> None:
    from review_mining.evidence.appeals import run_appeals

    run_appeals(argv)


def _input(arguments: argparse.Namespace) -> tuple[Path | None, Path]:
    """The case file, if any, and the folder of the pictures."""
    if arguments.sample:
        if arguments.cases or arguments.images:
            raise UsageError("--sample brings its own cases and pictures.\n  Leave out the case file and --images.")
        sample = Path(str(resources.files("review_mining"))) / "sample"
        return sample / "cases.jsonl", sample / "images"
    if arguments.images is None:
        raise UsageError("The folder of the pictures is missing.\n  Name it with --images DIR, or try --sample.")
    if not arguments.images.is_dir():
        raise UsageError(f"{arguments.images} is not a folder.\n  Name the folder of the pictures with --images DIR.")
    return arguments.cases, arguments.images


if __name__ == "__main__":
    sys.exit(main())
