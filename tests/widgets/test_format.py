"""Tables of numbers and their text, written by hand."""

from datetime import UTC, datetime

import pytest

from core.snapshot import Measure
from widgets import format as text

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0718, "+7.18"), (-0.0042, "-0.42"), (0.0, "0.00"), (-0.00001, "0.00"), (0.00004999, "0.00"), (1.5, "+150.00")],
)
def test_percent_is_signed_and_has_no_negative_zero(value: float, expected: str) -> None:
    assert text.format_percent(value) == expected


def test_percent_gives_up_decimals_before_its_column() -> None:
    assert [text.format_percent(v, width=5) for v in (-0.112, -0.0999, -1.234)] == ["-11.2", "-9.99", "-123"]


def test_percent_unsigned() -> None:
    assert text.format_percent(0.195, 1, signed=False) == "19.5"
    assert text.format_percent(-0.195, 1, signed=False) == "-19.5"


@pytest.mark.parametrize("value", [None, NAN, float("inf")])
def test_what_is_no_number_is_a_dash(value: float | None) -> None:
    for show in (text.format_percent, text.format_ratio, text.format_price, text.format_z, text.format_age):
        assert show(value) == "—"
    assert text.format_left(value) == text.format_rank(value) == "—"


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, "0th"), (0.01, "1st"), (0.02, "2nd"), (0.03, "3rd"), (0.06, "6th"), (0.11, "11th"), (0.12, "12th"),
     (0.13, "13th"), (0.21, "21st"), (0.83, "83rd"), (1.0, "100th"), (0.114, "11th")],
)  # fmt: skip
def test_percentiles_are_ordinals(share: float, expected: str) -> None:
    assert text.format_rank(share) == expected


def test_prices_and_ratios() -> None:
    assert text.format_ratio(0.319) == "0.3190"
    assert text.format_ratio(12.34567) == "12.346"
    assert text.format_price(218.424) == "218.42"
    assert text.format_price(0.4567) == "0.4567"
    assert text.format_price(6843.2) == "6843.20"
    assert text.format_z(-0.84) == "-0.8"
    assert text.format_z(0.04) == "0.0"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0s"), (12.9, "12s"), (-3, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (7200, "2h"), (86_400, "24h"),
     (4 * 86_400, "4d")],
)  # fmt: skip
def test_ages(seconds: float, expected: str) -> None:
    assert text.format_age(seconds) == expected


def test_a_coarse_age_moves_in_steps() -> None:
    assert [text.format_age(s, step=5) for s in (0, 4, 5, 59, 61)] == ["0s", "0s", "5s", "55s", "1m"]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(28 * 60, "28m"), (27 * 60 + 1, "28m"), (0, "0m"), (-9, "0m"), (3_600, "1h00m"), (6.5 * 3600, "6h30m"),
     (3_599.5, "1h00m"), (47 * 3_600, "47h00m"), (2 * 86_400 + 3 * 3600, "2d 3h")],
)  # fmt: skip
def test_time_left_is_not_read_as_a_time_of_day(seconds: float, expected: str) -> None:
    assert text.format_left(seconds) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(48, "50s"), (45, "45s"), (59, "1m"), (60, "1m"), (60.1, "2m"), (360, "6m"), (-1, "0s"), (5_000, "1h24m")],
)
def test_time_left_to_the_second(seconds: float, expected: str) -> None:
    assert text.format_left(seconds, step=5) == expected


def test_sessions_and_clock() -> None:
    assert text.format_session("2026-04-07") == "07 Apr 2026"
    assert text.format_session(None) == "—"
    assert text.format_session("odd") == "odd"
    assert text.format_session("2026-99-07") == "2026-99-07"
    assert text.format_clock(datetime(2026, 4, 7, 15, 32, 8, tzinfo=UTC)) == "15:32:08"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(0.0718, "fraction", "+7.18"), (0.319, "ratio", "0.3190"), (218.4, "price", "218.40"), (-0.8, "z", "-0.8"),
     (3, "count", "3"), (61, "sessions", "61"), ("2026-04-07", "date", "07 Apr 2026"), ("up", "state", "up"),
     (True, "flag", "yes"), (False, "flag", "no"), (None, "fraction", "—")],
)  # fmt: skip
def test_measures_by_their_unit(value: float | str | bool | None, unit: str, expected: str) -> None:
    assert text.format_measure(Measure(value, unit, None)) == expected


def test_a_provisional_measure_carries_its_mark() -> None:
    assert text.format_measure(Measure(0.01, "fraction", None, provisional=True)) == "~+1.00"
    assert text.format_measure(Measure(None, "fraction", None, provisional=True, reason="no data")) == "—"
