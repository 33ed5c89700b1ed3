"""What the chart is given to draw: lookback, newest value, and a sentence where there is nothing."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from scene import LIVE, build_history, build_minutes, build_scene, build_view

from core.snapshot import EMPTY, History, Measure, Quality, Snapshot, SubjectState
from widgets.curves import cut_curves
from widgets.view import View

DAY = (date(2026, 11, 20) - date(1970, 1, 1)).days


def with_measures(snapshot: Snapshot, **values: float | None) -> Snapshot:
    measures = {f"IWM/SPY.{name}": Measure(value, "ratio", snapshot.as_of, True) for name, value in values.items()}
    return msgspec.structs.replace(snapshot, measures=snapshot.measures | measures)


@pytest.mark.parametrize(("lookback", "count"), [("3M", 63), ("6M", 126), ("1Y", 252), ("2Y", 504), ("5Y", 1260)])
def test_the_lookback_counts_sessions(lookback: str, count: int) -> None:
    curves = cut_curves(build_view(lookback=lookback))
    assert len(curves.times) == count
    assert all(len(curve.values) == count for curve in curves.curves)
    assert [curve.name for curve in curves.curves] == ["IWM/SPY", "50d", "200d"]


def test_max_is_everything() -> None:
    assert len(cut_curves(build_view(lookback="max")).times) == 2_501


def test_the_running_session_is_appended() -> None:
    curves = cut_curves(build_view(with_measures(build_scene(), ratio=0.3333, sma_50=0.34, sma_200=0.35)))
    assert curves.times[-1] == DAY
    assert [curve.last for curve in curves.curves] == [0.3333, 0.34, 0.35]
    assert curves.provisional


def test_the_same_session_is_replaced_not_repeated() -> None:
    history = build_history(last=date(2026, 11, 20))
    curves = cut_curves(build_view(with_measures(build_scene(), ratio=0.3333, sma_50=None), history=history))
    assert curves.times[-2:] == (DAY - 1, DAY)
    assert curves.curves[0].last == 0.3333
    assert curves.curves[1].last == history.sma_50[-1]


def test_a_missing_ratio_leaves_the_history_as_it_is() -> None:
    curves = cut_curves(build_view(with_measures(build_scene(), ratio=None)))
    assert curves.times[-1] == DAY - 1
    assert not curves.provisional


def test_a_snapshot_older_than_the_history_adds_nothing() -> None:
    history = build_history(last=date(2026, 11, 24))
    assert cut_curves(build_view(history=history)).times == history.times[-504:]


def test_minutes_take_the_newest_minute() -> None:
    curves = cut_curves(build_view(lookback="1D", history=build_minutes()))
    assert curves.is_minutes
    assert curves.times[-1] == int(datetime(2026, 11, 20, 20, 32, tzinfo=UTC).timestamp())
    assert curves.label(0) == "09:30 ET"


def test_labels_are_dates() -> None:
    assert cut_curves(build_view()).label(-1) == "20 Nov 2026"


def test_averages_that_never_fill_are_not_drawn() -> None:
    curves = cut_curves(build_view(with_measures(build_scene(), sma_50=None, sma_200=None), history=build_history(30)))
    assert [curve.name for curve in curves.curves] == ["IWM/SPY"]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (View(), "The engine is starting."),
        (View(link=LIVE), "Waiting for the first numbers."),
        (build_view(history=None), "The curves of IWM/SPY are on their way."),
        (build_view(lookback="1D"), "The minutes of today of IWM/SPY are on their way."),
        (build_view(pair="IJR/SPY"), "The curves of IJR/SPY are on their way."),
        (build_view(EMPTY, history=build_history(1)), "One point of IWM/SPY so far: a line needs two."),
        (build_view(EMPTY, history=build_history(0)), "There is no history of IWM/SPY yet."),
        (
            build_view(EMPTY, history=History(subject="IWM/SPY", unit="session", key="", times=(), values=(),
                                              reason="delisted")),
            "delisted",
        ),
    ],
)  # fmt: skip
def test_where_there_is_nothing_to_draw_it_says_why(view: View, words: str) -> None:
    curves = cut_curves(view)
    assert curves.curves == ()
    assert curves.reason == words


def test_a_missing_pair_gives_the_reason_of_its_data() -> None:
    quality = {"IWM/SPY": Quality(state=SubjectState.MISSING, reason="SPY is unknown to the source")}
    snapshot = msgspec.structs.replace(EMPTY, quality=quality)
    assert cut_curves(build_view(snapshot, history=None)).reason == "No curve of IWM/SPY: SPY is unknown to the source"
