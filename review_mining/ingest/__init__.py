"""Any shop's export becomes one stream of record batches of the ``reviews`` table, cleaned and masked."""

from review_mining.ingest.notes import Notes, SourceNotes
from review_mining.ingest.reading import Reading, read

__all__ = ["Notes", "Reading", "SourceNotes", "read"]
