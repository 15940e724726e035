"""Run by a test: a store whose files may not grow, as on a full disk (a limit of this process alone)."""

import resource
import sys
from pathlib import Path

from review_mining.service.store import NewCase, NewFeedback, NewPicture, Store, StoreUnavailableError


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


data = Path(sys.argv[1])
store = Store.in_directory(data)
shop = store.for_shop("甲店")
kept = [shop.feedback.add(NewFeedback("appeal")).feedback_id]
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
largest = max(path.stat().st_size for path in data.rglob("*") if path.is_file())
resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 65536, hard))
try:
    for _ in range(1000):
        kept.append(shop.feedback.add(NewFeedback("appeal", note="字" * 1000)).feedback_id)
except StoreUnavailableError as error:
    say(f"feedback refused: {str(error).split(':')[0]}")
try:
    shop.cases.add(NewCase("c-1", pictures=(NewPicture("a.jpg", b"x" * (largest + 131072)),)))
except StoreUnavailableError as error:
    say(f"case refused: {str(error).split(':')[0]}")
if not [path for path in (data / "pictures").rglob("*") if path.is_file()]:
    say("no half-written file")
if shop.feedback.page(limit=1).items:
    say("reading works")
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
if [one.feedback_id for one in shop.feedback.page(limit=1000).items] == kept:
    say("every acknowledged click is there, and no other")
shop.feedback.add(NewFeedback("appeal"))
shop.cases.add(NewCase("c-1", pictures=(NewPicture("a.jpg", b"x" * (largest + 131072)),)))
say("writing works again")
