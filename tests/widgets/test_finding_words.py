"""Where a finding is going, in a word, and its sentence in the cells there are."""

import pytest

from core.rules.level import Level
from core.snapshot import Finding, Progress
from widgets.finding_words import has_part, say_motion, shorten


def way(closes: int, threshold: float | None = None, needed: int = 3) -> Progress:
    return Progress(level=Level.INFO, closes=closes, needed=needed, threshold=threshold)


def found(**fields: object) -> Finding:
    return Finding(**{"rule": "r", "subject": "IJR/SPY", "level": Level.WATCH, "text": ""} | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, ""),
        # A pullback of 1.5 % at the level that starts at 4 % and is left at 3 %: one of three closes is there.
        ({"value": -0.015, "threshold": -0.04, "releasing": way(1, -0.03)}, "easing 1/3"),
        ({"value": -0.035, "threshold": -0.04, "releasing": way(0, -0.03)}, "held"),
        ({"value": -0.041, "threshold": -0.04, "releasing": way(0, -0.03)}, ""),
        ({"value": 0.90, "threshold": 0.85, "releasing": way(0, 0.80), "raising": way(1, 0.92, 2)}, "rising 1/2"),
        ({"value": 0.83, "threshold": 0.85, "releasing": way(0, 0.80)}, "held"),
        # Runs of either side are counted by their length.
        ({"value": -9.0, "threshold": 8.0, "releasing": way(0, 7.0)}, ""),
        ({"value": -7.5, "threshold": 8.0, "releasing": way(0, 7.0)}, "held"),
        # Without a threshold of its own only closes say anything; the blocked do not move.
        ({"value": 1.0, "releasing": way(0)}, ""),
        ({"releasing": way(2)}, "easing 2/3"),
        ({"releasing": way(2), "blocked": True}, ""),
    ],
)
def test_where_it_is_going(fields: dict[str, object], word: str) -> None:
    assert say_motion(found(**fields)) == word


CROWDED = "^RUT/^GSPC crowding 74 of 100; 1.2 daily deviations over its 50-session average"


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (80, CROWDED),
        (78, CROWDED.replace("^", "")),
        (76, "RUT/GSPC crowding 74 of 100…"),
        (28, "RUT/GSPC crowding 74 of 100…"),
        (27, "RUT/GSPC crowding 74…"),
        (5, "RUT/…"),
        (1, "…"),
    ],
)
def test_a_sentence_in_fewer_cells(room: int, words: str) -> None:
    assert shorten(CROWDED, room) == words
    assert len(words) <= room


@pytest.mark.parametrize(("room", "fits"), [(80, True), (28, True), (27, False)])
def test_whether_a_first_part_fits(room: int, fits: bool) -> None:
    assert has_part(CROWDED, room) is fits


@pytest.mark.parametrize(
    ("room", "words"), [(24, "MDY/SPY over its 50- an…"), (40, "MDY/SPY over its 50- and 200-session…")]
)
def test_half_a_word_rather_than_half_a_pair_of_words(room: int, words: str) -> None:
    assert shorten("MDY/SPY over its 50- and 200-session averages again", room) == words
