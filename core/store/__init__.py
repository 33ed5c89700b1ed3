"""What is kept on disk: bars, corrections, quotes and facts in SQLite. The engine alone writes."""

from core.store.schema import open_database
from core.store.store import Correction, Store, open_store

__all__ = ["Correction", "Store", "open_database", "open_store"]
