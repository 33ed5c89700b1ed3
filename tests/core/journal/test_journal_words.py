"""Entries of the journal in sentences."""

import pytest
from journal_days import OPEN

from core.journal.entry import Change, Entry
from core.journal.words import say_body


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IWM 2.1 % ahead of SPY over 20 sessions", "IWM 2.1 % ahead of SPY over 20 sessions"),
        ("crowded", "IWM/SPY: crowded"),
        ("", "IWM/SPY: the rule rally quality, whose sentence of then is not known"),
    ],
)
def test_no_entry_is_a_bare_name(text: str, words: str) -> None:
    entry = Entry(
        time=OPEN, session=None, change=Change.FOUND, rule="rally_quality", subject="IWM/SPY", text=text
    )  # fmt: skip
    assert say_body(entry) == words
