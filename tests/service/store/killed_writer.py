"""Run by a test: for every line on standard input, a process that writes under load until it is killed.

It is forked after the imports, which take longer than a round. It says ``pid N`` first, then ``kept ID`` after every
write that has returned, and its parent ``gone`` when it is dead.
"""

import os
import sys
import threading
from pathlib import Path

from review_mining.service.store import NewFeedback, Store

THREADS = 3


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def write_forever(data: Path, url: str | None) -> None:
    store = Store.in_directory(data, url)
    shop = store.for_shop("甲店")

    def load(number: int) -> None:
        written = 0
        while True:
            if written % 2:
                kept = shop.feedback.add(NewFeedback("appeal", picture=os.urandom(20))).feedback_id
            else:
                answer = shop.answers.once(
                    f"{os.getpid()}-{number}-{written}",
                    "/v1/feedback",
                    "digest",
                    lambda work: {"kept": work.feedback.add(NewFeedback("false_evidence")).feedback_id},
                )
                kept = str(answer["kept"])
            say(f"kept {kept}")
            written += 1

    threads = [threading.Thread(target=load, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    threads[0].join()


for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        say(f"pid {os.getpid()}")
        write_forever(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
    os.waitpid(child, 0)
    say("gone")
