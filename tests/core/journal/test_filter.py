"""What a person writes to find entries, and what is said where it cannot be read."""

from datetime import date

import pytest

from core.errors import UsageError
from core.journal.entry import Query
from core.journal.filter import read_filter, write_filter
from core.rules.level import Level

RULES = ("pullback", "trend_break")
TODAY = date(2026, 2, 27)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("  two   words ", Query(search="two words")),
        ("rule:pullback subject:iwm/spy", Query(rule="pullback", subject="IWM/SPY")),
        ("level:warn 5 %", Query(level=Level.WARN, search="5 %")),
        ("since:30d until:2026-02-01", Query(since=date(2026, 1, 28), until=date(2026, 2, 1))),
        ("rule: level:info", Query(level=Level.INFO)),
        ("http://x", Query(search="http://x")),
        ("rule:my_own", Query(rule="my_own")),
    ],
)
def test_words_with_a_colon_are_conditions_and_others_are_searched(text, query):
    assert read_filter(text, RULES, TODAY) == query
    assert read_filter(write_filter(query), RULES, TODAY) == query


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("level:loud", "level:loud: a level is one of info, watch, warn, critical."),
        ("since:soon", "since:soon: write a day as 2026-02-27, or as 30d for 30 days ago."),
        ("until:2026-02-30", "until:2026-02-30: write a day"),
        ("rule:pulback", "rule:pulback: no rule has this name; did you mean pullback?"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(text, said):
    with pytest.raises(UsageError) as told:
        read_filter(text, RULES, TODAY)
    assert str(told.value).startswith(said)
