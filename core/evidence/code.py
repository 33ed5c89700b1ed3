"""Which code made a record: a cached one is good only as long as signals, statistics and studies are these."""

import hashlib
from functools import lru_cache
from pathlib import Path

from core import __version__

_PARTS = ("evidence", "studies", "breadth")


@lru_cache(maxsize=1)
def digest_code() -> str:
    """Version of the program and digest of every source file that a record rests on."""
    core, digest = Path(__file__).parents[1], hashlib.sha256()
    for file in sorted(file for part in _PARTS for file in (core / part).glob("*.py")):
        digest.update(file.read_bytes())
    return f"{__version__}.{digest.hexdigest()[:12]}"
