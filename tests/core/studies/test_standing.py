"""Three trends and a cross in a word, and the nearest price that would change one of them."""

import pytest

from core.studies.standing import read_standing
from core.studies.study import Missing

TODAY = "2026-11-20"
SHORT = Missing("needs 200 sessions, has 90")


def trends(*sides, cross="up", crossed="2026-01-05", flips=(97.0, 102.0, 90.0)):
    """Results of the trends over 20, 50 and 200 sessions, begun on three dates."""
    results = {"cross_50_200": cross, "cross_50_200_since": crossed}
    begun = ("2026-11-18", "2026-11-10", "2026-05-04")
    for n, side, since, flip in zip((20, 50, 200), sides, begun, flips, strict=True):
        results |= {f"trend_{n}": side, f"trend_{n}_since": since, f"trend_{n}_turn": flip}
    return results


@pytest.mark.parametrize(
    ("results", "word", "since"),
    [
        (trends("up", "up", "up"), "all up", "2026-11-18"),
        (trends("down", "down", "down"), "all down", "2026-11-18"),
        (trends("up", "down", "down"), "bounce", "2026-11-18"),
        (trends("down", "up", "up"), "dip", "2026-11-18"),
        (trends("up", "up", "down"), "below 200", "2026-05-04"),
        (trends("down", "down", "up"), "below 50", "2026-11-10"),
        (trends("up", "up", "down", crossed="2026-11-02"), "golden", "2026-11-02"),
        (trends("down", "down", "up", cross="down", crossed="2026-10-20"), "death", "2026-10-20"),
        (trends("down", "down", "up", cross="down", crossed="2026-10-19"), "below 50", "2026-11-10"),
        (trends("up", "up", SHORT), SHORT, SHORT),
    ],
)
def test_words(results, word, since):
    found = read_standing(results, TODAY, 100.0)
    assert (found["standing"], found["standing_since"]) == (word, since)


def test_a_state_older_than_the_history_has_no_beginning():
    results = trends("up", "up", "up") | {"trend_200_since": Missing("unchanged since history starts 2020-01-02")}
    assert read_standing(results, TODAY, 100.0)["standing_since"] == results["trend_200_since"]


def test_the_nearest_flip():
    found = read_standing(trends("up", "down", "up"), TODAY, 100.0)
    assert (found["next_flip"], found["next_flip_days"]) == (102.0, 50)
    unreachable = trends("up", "up", "up", flips=(SHORT, SHORT, 90.0))
    assert read_standing(unreachable, TODAY, 100.0)["next_flip_days"] == 200
    assert read_standing(trends("up", "up", "up", flips=(SHORT,) * 3), TODAY, 100.0)["next_flip"] == SHORT
