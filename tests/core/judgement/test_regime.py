"""Who leads, since when, who agrees, and what would end it."""

from datetime import UTC, datetime

import pytest

from core.judgement.regime import build_regime
from core.snapshot import Measure, Quality, Regime, SubjectState

AT = datetime(2026, 2, 27, 21, tzinfo=UTC)
PAIRS = ("IWM/SPY", "IJR/SPY", "MDY/SPY", "IWM/RSP", "^RUT/^GSPC")


def reader(*, provisional: bool = False, **trends: tuple[str | None, str | None]):
    """Measures of trends by pair, `IWM_SPY=("up", "down")`; since two dates, flips at 0.3 and 0.28."""
    values: dict[str, Measure] = {}
    for name, states in trends.items():
        pair = name.replace("_", "/")
        for window, state, since, flip in zip(
            (50, 200), states, ("2026-02-20", "2026-01-05"), (0.3, 0.28), strict=True
        ):
            reason = None if state else "needs 200 sessions, has 90"
            values[f"{pair}.trend_{window}"] = Measure(state, "state", AT, provisional, reason)
            values[f"{pair}.trend_{window}_since"] = Measure(since, "date", AT)
            values[f"{pair}.trend_{window}_turn"] = Measure(flip, "ratio", AT)
    return lambda address: values.get(address, Measure(None, "", None, reason="not computed"))


def test_small_leads_and_one_does_not_agree():
    read = reader(IWM_SPY=("up", "up"), IJR_SPY=("up", "up"), MDY_SPY=("up", "down"), IWM_RSP=("up", "up"))
    assert build_regime(PAIRS, read, lambda since: {"2026-02-20": 6}[since], {}) == Regime(
        pair="IWM/SPY",
        leader="small",
        since="2026-02-20",
        sessions=6,
        states={"50": "up", "200": "up"},
        agree=("IJR",),
        disagree=("MDY",),
        flips={"50": 0.3, "200": 0.28},
        measures=("IWM/SPY.trend_50", "IWM/SPY.trend_200"),
    )


@pytest.mark.parametrize(
    ("states", "leader"),
    [(("up", "up"), "small"), (("down", "down"), "large"), (("up", "down"), "none"), (("down", "up"), "none")],
)
def test_who_leads(states, leader):
    regime = build_regime(PAIRS, reader(IWM_SPY=states), lambda _: 6, {})
    assert regime.leader == leader
    assert (regime.since is None) == (leader == "none")


def test_what_cannot_be_said_says_why():
    regime = build_regime(PAIRS, reader(IWM_SPY=("up", None)), lambda _: 6, {})
    assert (regime.leader, regime.reason) == ("", "IWM/SPY: needs 200 sessions, has 90")
    assert build_regime((), reader(), lambda _: 6, {}).reason == "no pair is watched"


def test_while_the_session_runs_it_is_provisional():
    assert build_regime(PAIRS, reader(IWM_SPY=("up", "up"), provisional=True), lambda _: 6, {}).provisional


def of(state: SubjectState = SubjectState.OK, last: str = "2026-02-27") -> Quality:
    return Quality(state=state, last_session=last)


@pytest.mark.parametrize(
    ("lead", "other", "behind"),
    [
        (of(), of(), {}),
        (of(), of(last="2026-02-26"), {"IJR": "2026-02-26"}),  # a recording without it, or no trade of it yet
        (of(), of(SubjectState.STALE), {"IJR": "2026-02-27"}),
        (of(SubjectState.STALE), of(SubjectState.STALE), {}),  # all are of the same moment
        (of(last="2026-02-26"), of(), {}),
    ],
)
def test_only_those_that_are_as_far_are_asked(lead, other, behind):
    """With yesterday's trends nobody agrees with today's, and nobody contradicts them."""
    read = reader(IWM_SPY=("up", "up"), IJR_SPY=("up", "up"), MDY_SPY=("down", "down"))
    regime = build_regime(PAIRS, read, lambda _: 6, {"IWM/SPY": lead, "IJR/SPY": other, "MDY/SPY": lead})
    assert regime.behind == behind
    assert regime.agree == (() if behind else ("IJR",))
    assert regime.disagree == ("MDY",)
