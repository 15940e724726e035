"""A process that judges pictures by name, one a line on its input, and says what each cost: run by hostile_watch.

python tests/evidence/hostile_child.py FOLDER
"""

import json
import resource
import sys
import time
from pathlib import Path

from review_mining.evidence import EvidenceClassifier, render_queue

_ADDRESS_SPACE = 8 << 30


def main():
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))  # a leak must not take the machine along
    folder = Path(sys.argv[1])
    classifier = EvidenceClassifier.from_config(images=folder)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_judged(classifier, folder, line.rstrip("\n"))) + "\n")
        sys.stdout.flush()


def _judged(classifier, folder, name):
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    began = time.process_time()
    verdict = classifier.judge({"case_id": name, "images": [name]})
    render_queue([verdict], classifier.config, images=folder)
    (peak,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return {
        "outcome": verdict.outcome,
        "signs": [sign.kind for sign in verdict.pictures[0].signs],
        "seconds": time.process_time() - began,
        "megabytes": int(peak.split()[1]) / 1024,
    }


if __name__ == "__main__":
    main()
