"""Export an encoder for inference: ONNX in int8, weights in half precision, tokenizer.

python scripts/export_encoder.py --model work/encoder/final --out review_mining/models/encoder --force
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.encoder.export import export
from review_mining.errors import ReviewMiningError


def main() -> int:
    """Export."""
    parser = argparse.ArgumentParser(description="Export an encoder for inference.")
    parser.add_argument("--model", type=Path, required=True, help="Hugging Face directory")
    parser.add_argument("--out", type=Path, required=True, help="directory to write")
    parser.add_argument("--fp32", action="store_true", help="also write model_fp32.onnx")
    parser.add_argument("--force", action="store_true", help="replace the directory")
    arguments = parser.parse_args()
    try:
        export(arguments.model, arguments.out, fp32=arguments.fp32, force=arguments.force)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
