"""What the report says of the bundled sample, held to a golden file.

Interval ends come from random draws, whose stream NumPy does not promise across versions; they are left out here.
After a change that is meant: ``python tests/end_to_end/test_golden.py`` writes the file anew; read the difference.
"""

import json
import sys
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_name("golden") / "sample.json"


def stable_part(out: Path) -> dict[str, Any]:
    content = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return {
        "read": content["read"],
        "masked": content["run"]["input"]["masked"],
        "columns": content["run"]["input"]["sources"][0]["columns"],
        "mentions": {row["aspect"]: row["n"] for row in content["score"]},
        "themes": [
            {
                name: theme[name]
                for name in ("theme_id", "sub_aspect", "name", "n", "trend", "owner", "quotes", "over_time")
            }
            for theme in sorted(content["themes"], key=lambda theme: theme["theme_id"])
        ],
        "quotes": content["quotes"],
    }


def test_the_sample_is_reported_as_before(sample: Path):
    assert stable_part(sample) == json.loads(GOLDEN.read_text(encoding="utf-8"))


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    from review_mining.report.__main__ import main

    with TemporaryDirectory() as folder:
        status = main(["--sample", "--quiet", "-o", f"{folder}/out"])
        found = stable_part(Path(folder) / "out")
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.exit(status)
