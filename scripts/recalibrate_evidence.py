"""Propose settings of the evidence part from what people decided about its signs.

    python scripts/recalibrate_evidence.py --corrections corrections.jsonl RUN… -o evidence.yaml

RUN is an output of ``review-mining evidence``. Only flagged cases are decided on, and mostly those whose buyer
objected: settings therefore move towards the buyer or not at all. Read what is printed before using the new file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError, UsageError
from review_mining.evidence import EvidenceConfig, load_statement_model, read_corrections
from review_mining.evidence.recalibration import Change, Rules, pixel_threshold, read_runs, recalibrated, shares
from review_mining.staging import staged_file


def main() -> int:
    """Print the shares upheld and write the settings that follow."""
    parser = argparse.ArgumentParser(description="Propose settings from what people decided about signs.")
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="outputs of review-mining evidence")
    parser.add_argument("--corrections", type=Path, required=True, metavar="FILE")
    parser.add_argument("--config", type=Path, default=default_file("evidence.yaml"), help="settings to begin with")
    parser.add_argument("--bar", type=float, default=Rules.bar, help="share upheld that a kind has to reach")
    parser.add_argument("--least", type=int, default=Rules.least, help="decisions that a kind needs to move")
    parser.add_argument("--false-alarms", type=float, default=Rules.false_alarms, help="of the pixel threshold")
    parser.add_argument("-o", dest="out", type=Path, required=True, metavar="FILE", help="settings to write")
    arguments = parser.parse_args()
    try:
        _propose(arguments, Rules(arguments.bar, arguments.least, arguments.false_alarms))
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _propose(arguments: argparse.Namespace, rules: Rules) -> None:
    config, run = load(arguments.config, EvidenceConfig), read_runs(arguments.runs)
    corrections = read_corrections(arguments.corrections)
    print("kind: upheld of decided (of raised), share with 95 % Jeffreys interval")
    for share in shares(corrections, run):
        print(
            f"  {share.kind}: {share.upheld} of {share.decided} ({share.raised}), "
            f"{share.upheld / share.decided:.2f} [{share.low:.2f}, {share.high:.2f}]"
        )
    print("Decisions come from flagged cases, mostly contested ones: settings move towards the buyer or not at all.")
    try:
        print(f"pixel threshold that the withdrawn pictures support: {pixel_threshold(corrections, run, rules):.6f}")
    except UsageError as error:
        print(f"pixel threshold: none. {error}")
    threshold = config.statement.reports_ai_fake_threshold
    threshold = load_statement_model().threshold if threshold is None else threshold
    settings, changes = recalibrated(config, corrections, run, rules, threshold=threshold)
    for change in changes:
        print(f"{change.setting}: {change.before} -> {change.after} ({change.why})")
    if not changes:
        print("nothing moves")
    _write(settings, changes, arguments)


def _write(settings: EvidenceConfig, changes: list[Change], arguments: argparse.Namespace) -> None:
    lines = [f"# Written by scripts/recalibrate_evidence.py from {arguments.config.name} and people's decisions."]
    lines += [f"# {change.setting}: {change.before} -> {change.after} ({change.why})" for change in changes]
    body = yaml.safe_dump(settings.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=120)
    with staged_file(arguments.out) as partial:
        partial.write_text("\n".join(lines) + "\n" + body, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
