"""Yahoo through yfinance: the one package that imports it, and only when the first request is made."""

from core.errors import UsageError
from core.sources.base import Context, Source
from core.text import clean


def open_source(arg: str, context: Context) -> Source:
    """The live market. There is nothing to choose, so `arg` is empty; raises `UsageError` otherwise."""
    if arg:
        raise UsageError(f"The source yahoo takes no argument, but got '{clean(arg, 40)}'.")
    from core.sources.yahoo.source import YahooSource

    return YahooSource(context)
