"""Write an encoder as the directory that inference loads: ``model.onnx`` (int8), tokenizer and configuration.

    python scripts/export_encoder.py --model WORK/final --out review_mining/models/encoder
    python scripts/export_encoder.py --model WORK/final --fp32

``--model`` may also be any other Hugging Face encoder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.encoder.export import export_encoder
from review_mining.errors import ReviewMiningError


def main() -> int:
    """Export."""
    parser = argparse.ArgumentParser(description="Write an encoder as the directory that inference loads.")
    parser.add_argument("--model", required=True, help="Hugging Face directory or hub name")
    parser.add_argument("--out", type=Path, help="directory to write (default: the model's own)")
    parser.add_argument("--fp32", action="store_true", help="also write model_fp32.onnx in single precision")
    arguments = parser.parse_args()
    try:
        files = export_encoder(
            arguments.model,
            arguments.out or Path(arguments.model),
            precisions=("int8", "fp32") if arguments.fp32 else ("int8",),
        )
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    for file in files:
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
