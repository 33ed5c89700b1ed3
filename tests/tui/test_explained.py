"""The page of one number: everything there is to say of it within the width, in words."""

from datetime import UTC, datetime

import msgspec
import pytest

from core.explanation import Explanation, Stage
from core.snapshot import Measure, Quality, SubjectState
from tui.explained import format_explanation

AT = datetime(2026, 2, 27, 21, tzinfo=UTC)
TOLD = Explanation(
    address="IWM/SPY.gap_1d",
    measure=Measure(-0.0124, "fraction", AT, provisional=True),
    formula="small's return minus large's over 1 session",
    source="A1",
    stages=(
        Stage("IWM from 2026-02-26 to 2026-02-27", -0.0171, "fraction"),
        Stage("SPY from 2026-02-26 to 2026-02-27", -0.0047, "fraction"),
        Stage("the first minus the second", -0.0124, "fraction"),
    ),
    quality=Quality(
        state=SubjectState.OK, sessions=6479, first_session="2000-05-26", last_session="2026-02-27", basis="TR"
    ),
    times=tuple(range(20_000, 20_100)),
    values=(*(0.001 * (n % 7) for n in range(99)), -0.0124),
    percentile=0.01,
)


def test_everything_is_told() -> None:
    page = format_explanation(TOLD)
    lines = page.splitlines()
    assert lines[0] == "IWM/SPY.gap_1d  ~-1.24 %"
    assert "  as of    2026-02-27 21:00 UTC, provisional (~): the session is not over" in lines
    assert "  formula  small's return minus large's over 1 session" in lines
    assert "  data     ok; 6,479 sessions, 2000-05-26 to 2026-02-27; dividends counted" in lines
    assert [line.split()[-2:] for line in lines if "2026-02-26" in line] == [["-1.71", "%"], ["-0.47", "%"]]
    assert "ITS LAST 100 SESSIONS, 2024-10-04 to 2025-01-11, percentile 1" in lines
    assert lines[-1].split()[0] == "-1.24"


def test_missing_says_why_and_draws_nothing() -> None:
    told = msgspec.structs.replace(
        TOLD, measure=Measure(None, "fraction", AT, reason="needs 2 sessions, has 1"), stages=(), times=(), values=()
    )
    page = format_explanation(told)
    assert page.startswith("IWM/SPY.gap_1d  n/a\n  missing  needs 2 sessions, has 1\n")
    assert "SESSIONS" not in page


def test_what_is_never_negative_has_no_plus() -> None:
    told = msgspec.structs.replace(
        TOLD, measure=Measure(0.21, "fraction", AT), times=(1, 2, 3), values=(0.1, 0.2, 0.21), percentile=1.0
    )
    assert "+" not in format_explanation(told).partition("ITS LAST")[2]
    assert format_explanation(told).startswith("IWM/SPY.gap_1d  21.00 %")


@pytest.mark.parametrize("width", [40, 60, 78, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_it_stays_within_the_width(width: int, ascii_only: bool) -> None:
    page = format_explanation(TOLD, width, ascii_only=ascii_only)
    assert max(map(len, page.splitlines())) <= width
    assert page.isascii() == ascii_only


def test_a_flat_past_is_drawn() -> None:
    told = msgspec.structs.replace(TOLD, times=(1, 2, 3), values=(0.0, 0.0, 0.0))
    assert "ITS LAST 3 SESSIONS" in format_explanation(told)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.000183, "", "0.000183"),
        (0.000041234, "number", "4.1234e-05"),
        (0.82345678, "ratio", "0.82346"),
        (1234.5678, "number", "1234.57"),
        (0.0000431, "fraction", "0.00431 %"),
        (0.0512, "fraction", "5.12 %"),
        (0.0, "", "0.00"),
        (12, "count", "12"),
    ],
)
def test_steps_have_the_digits_to_calculate_on(value: float, unit: str, text: str) -> None:
    told = msgspec.structs.replace(TOLD, stages=(Stage("a step", value, unit),), values=(0.1, 0.2), times=(1, 2))
    line = next(line for line in format_explanation(told).splitlines() if "a step" in line)
    assert line.split("a step")[1].strip() == text


def test_a_step_that_is_missing_is_wrapped_too() -> None:
    told = msgspec.structs.replace(TOLD, stages=(Stage("a step", None, "fraction", "only 518 of 1920 " * 8),))
    assert all(len(line) <= 78 for line in format_explanation(told).splitlines())
    assert "a step: n/a, only 518 of 1920" in format_explanation(told)
