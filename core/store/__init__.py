"""What is kept on disk: bars, corrections, quotes, facts and the journal in SQLite. The engine alone writes."""

from core.store.journal import JournalTable, open_memory_journal, reading_journal
from core.store.schema import open_database
from core.store.store import Correction, Store, StoreError, open_store

__all__ = [
    "Correction",
    "JournalTable",
    "Store",
    "StoreError",
    "open_database",
    "open_memory_journal",
    "open_store",
    "reading_journal",
]
