"""Print which of a hundred plain expectations a tagger meets, by capability.

python scripts/evaluate_behaviours.py --model baseline
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.aspects import AspectTagger
from review_mining.aspects.behaviours import IRRELEVANT, altered, load_behaviours, missed
from review_mining.errors import ReviewMiningError


def main() -> int:
    """Tag, compare, print."""
    parser = argparse.ArgumentParser(description="Print which expectations a tagger meets.")
    parser.add_argument("--model", help="model directory or bundled name")
    parser.add_argument("--behaviours", type=Path, default=Path("annotations/behaviours.csv"))
    arguments = parser.parse_args()
    try:
        tagger = AspectTagger.from_pretrained(arguments.model)
        behaviours = load_behaviours(arguments.behaviours, tagger.taxonomy)
        wrong = missed(tagger, behaviours)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(f"{tagger.version}: {len(behaviours) - len(wrong)} of {len(behaviours)}")
    for capability in dict.fromkeys(one.capability for one in behaviours):
        own = [one for one in behaviours if one.capability == capability]
        print(f"{capability:12} {sum(one not in wrong for one in own):2} of {len(own):2}")
    for name, change in IRRELEVANT.items():
        print(f"{name}: {altered(tagger, [one.text for one in behaviours], change):.1%} of labels change")
    for one in wrong:
        print(f"missed: {one.text} {one.wanted}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
