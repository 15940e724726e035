#!/bin/sh
# Sets up what the report needs and writes it for the bundled sample: sh scripts/demo.sh
. "$(dirname "$0")/environment.sh"
.venv/bin/python -m pip install -q -e ".[evidence]" -c constraints.txt
.venv/bin/python -m review_mining.report --sample --force -o report-sample
