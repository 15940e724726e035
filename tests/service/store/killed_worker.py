"""Run by a test: takes a job, says so, and works on it until it is killed."""

import sys
import threading
from pathlib import Path

from review_mining.service.store import Store

store = Store.in_directory(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
claim = store.queue.claim()
if claim is not None:
    (claim.results / "half.html").write_text("half")
    store.queue.beat(claim, 1, 2)
    sys.stdout.write(f"{claim.job_id}\n")
    sys.stdout.flush()
    threading.Event().wait()
