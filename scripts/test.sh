#!/bin/sh
# Sets up what the tests need and runs them: sh scripts/test.sh [pytest arguments]
. "$(dirname "$0")/environment.sh"
.venv/bin/python -m pip install -q -e ".[client,dev,evidence,fast,heic,ocr,postgresql,service,train]" -c constraints.txt
command -v chromium >/dev/null || apt_install chromium fonts-noto-cjk || echo "Without chromium the browser tests are left out." >&2
command -v postgres >/dev/null || [ -d /usr/lib/postgresql ] || apt_install postgresql || echo "Without postgresql its tests are left out." >&2
command -v curl >/dev/null || apt_install curl
# Two processes, each with one thread: threads of small networks cost more time than they save. A file stays in one process,
# for its tests share models, servers and browsers.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder "$@"
