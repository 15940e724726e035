"""Score an aspect model on annotated reviews.

    python scripts/evaluate_aspects.py GOLD.jsonl... [--reviews PARQUET] [--model DIR]
        [--sources NAME...] [--natural] [--json OUT]

``--sources`` scores the reviews of some sources alone: of two models, one trained with ``leave_out``, it tells what is
lost where nothing was learnt.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from review_mining.annotated import load_annotated, texts_of
from review_mining.aspects import AspectTagger
from review_mining.aspects.metrics import figures_of
from review_mining.aspects.prevalence import complaint_precision
from review_mining.errors import ReviewMiningError, UsageError


def main() -> int:
    """Tag, score, print."""
    parser = argparse.ArgumentParser(description="Score an aspect model on annotated reviews (JSON Lines).")
    parser.add_argument("gold", type=Path, nargs="+", help="annotated reviews")
    parser.add_argument("--reviews", type=Path, help="Parquet file of the texts, for labels that are stored by key")
    parser.add_argument("--model", help="model directory or bundled name (default: aspects)")
    parser.add_argument("--sources", nargs="*", default=[], help="only the reviews of these sources")
    parser.add_argument("--natural", action="store_true", help="the reviews were drawn without regard to their mood")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    try:
        every = [one for path in arguments.gold for one in load_annotated(path, arguments.reviews)]
        gold = [one for one in every if not arguments.sources or one.source in arguments.sources]
        if not gold:
            raise UsageError(f"No review is of {', '.join(arguments.sources) or 'these files'}.")
        tagger = AspectTagger.from_pretrained(arguments.model)
        opinions, review_aspects = tagger.tag(texts_of(gold))
        figures = figures_of(gold, opinions, review_aspects, tagger.taxonomy)
        if arguments.natural:
            figures.update(complaint_precision(gold, review_aspects, tagger.taxonomy))
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    files = ", ".join(map(str, arguments.gold))
    print(f"{tagger.version} on {len(gold):,} reviews of {files} (95 % bootstrap interval)")
    for name, (value, low, high) in figures.items():
        print(f"{name:28} {value:.4f}  [{low:.4f}, {high:.4f}]")
    if arguments.json:
        content = {"model": tagger.version, "reviews": len(gold), "figures": figures}
        arguments.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
