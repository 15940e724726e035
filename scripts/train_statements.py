"""Train the model of after-sales statements and write its directory.

    python scripts/train_statements.py -o review_mining/models/statements --force

The test set is read for the model card alone, after everything is fitted. The same settings and data give the same
figures.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError
from review_mining.evidence.complaint_reviews import reviews_to_learn
from review_mining.evidence.keyword_rules import KeywordRules
from review_mining.evidence.labelled import load_statements
from review_mining.evidence.statement_card import CardFigures, write_statement_card
from review_mining.evidence.statement_config import StatementsConfig
from review_mining.evidence.statement_figures import statement_figures
from review_mining.evidence.statement_fitting import fit_statements
from review_mining.evidence.statement_storage import load_statement_model, open_encoder, save_statement_model
from review_mining.staging import staged_directory


def main() -> int:
    """Train, write, measure."""
    parser = argparse.ArgumentParser(description="Train the model of after-sales statements.")
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/statements.yaml)")
    parser.add_argument("--test", type=Path, default=Path("annotations/statements_test.jsonl"))
    parser.add_argument("-o", "--output", type=Path, required=True, help="directory to write")
    parser.add_argument("--force", action="store_true", help="replace the directory")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config or default_file("train/statements.yaml"), StatementsConfig)
        train, test = load_statements(config.train), load_statements(arguments.test)
        reviews = reviews_to_learn(config.reviews)
        fitted = fit_statements(train, reviews, config, open_encoder(config.encoder).encode)
        with staged_directory(arguments.output, force=arguments.force) as directory:
            save_statement_model(fitted.model, directory, config.encoder)
            # Rounded weights are what users get, so they are what is measured.
            stored = load_statement_model(directory, config.encoder)
            figures = CardFigures(
                statement_figures(test, stored),
                statement_figures(test, KeywordRules()),
                fitted.unseen_figures(train),
            )
            write_statement_card(stored, train, test, figures, config.fake_precision, len(reviews), directory)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
