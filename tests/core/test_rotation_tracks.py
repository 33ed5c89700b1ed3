"""The ways over the rotation maps against pandas, on made and on real prices, and what is not there."""

from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from analysis_panel import AFTER, DAYS, SETTINGS, closes, cut, make, market, panel_of, snapshot_of, utc
from msgspec import structs

from core.config import load_settings
from core.market.csv import load_daily
from core.studies.around import Around
from core.studies.rotation_map import TAIL
from core.studies.rotation_tracks import build_tracks

DAILY = Path(__file__).parents[3] / "shared" / "market" / "daily"
ROTATION = structs.replace(SETTINGS.rotation, sizes=("IWM/SPY", "^RUT/SPY"), sectors=("KRE/IWM",), market="^GSPC")
MAPS = structs.replace(SETTINGS, rotation=ROTATION)
PACES = {"weekly": (14, 1), "daily": (63, 5)}


def tracks_of(bars, at=AFTER, settings=MAPS):
    panel = panel_of(bars, at, settings)
    return {(t.group, t.pair, t.pace): t for t in build_tracks(Around(panel), settings)}


def expected_points(small, large, pace):
    """The last points by the published formula, as pandas says it."""
    count, lag = PACES[pace]
    ratio = (small / large).dropna()
    q = 100 * np.log(ratio.resample("W-FRI").last().dropna() if pace == "weekly" else ratio)
    level = 100 + (q - q.rolling(count).mean()) / q.rolling(count).std()
    m = level - level.shift(lag)
    momentum = 100 + (m - m.rolling(count).mean()) / m.rolling(count).std()
    return pd.DataFrame({"level": level, "momentum": momentum}).iloc[-TAIL:]


def assert_points(track, expected):
    assert len(track.points) == TAIL
    np.testing.assert_allclose([p.level for p in track.points], expected.level, rtol=1e-9)
    np.testing.assert_allclose([p.momentum for p in track.points], expected.momentum, rtol=1e-9)
    days = pd.DatetimeIndex([p.session for p in track.points])
    # A week goes by its Friday in pandas, by its last session here.
    assert ((expected.index - days) < pd.Timedelta(days=5)).all()
    assert (expected.index >= days).all()


@pytest.mark.parametrize("pace", PACES)
def test_points_against_pandas(pace):
    bars = market()
    prices = {name: pd.Series(one.adj_close, pd.DatetimeIndex(DAYS)) for name, one in bars.items()}
    found = tracks_of(bars)
    seen = [(group, pair) for group, pair, track_pace in found if track_pace == pace]
    assert seen == [
        *(("sizes", pair) for pair in ("IWM/SPY", "^RUT/SPY", "IWM/^GSPC", "SPY/^GSPC", "^RUT/^GSPC")),
        *(("sectors", pair) for pair in ("KRE/IWM", "KRE/^GSPC", "IWM/^GSPC")),
    ]
    for group, pair in seen:
        small, large = pair.split("/")
        track = found[group, pair, pace]
        assert track.against == ("market" if large == "^GSPC" else "pairs")
        assert_points(track, expected_points(prices[small], prices[large], pace))


@pytest.mark.parametrize("pace", PACES)
def test_a_track_says_what_the_measures_say(pace):
    panel = panel_of(market(), settings=MAPS)
    snapshot = snapshot_of(panel, settings=MAPS)
    track = next(t for t in snapshot.tracks if (t.pair, t.pace) == ("IWM/SPY", pace))
    prefix = "IWM/SPY.rotation" + ("" if pace == "weekly" else "_daily")
    for part in ("quadrant", "since", "heading", "distance"):
        assert getattr(track, part) == snapshot.measures[f"{prefix}_{part}"].value
    measure = snapshot.measures[f"{prefix}_level"]
    assert (track.points[-1].level, track.provisional) == (measure.value, measure.provisional)
    assert track.points[-1].momentum == snapshot.measures[f"{prefix}_momentum"].value


@pytest.mark.parametrize(("pace", "day"), [("weekly", "2026-02-06"), ("daily", "2026-02-20")])
def test_no_look_ahead(pace, day):
    """What was told on that evening is what is told of it a month later."""
    bars = market()
    later = tracks_of(bars)
    then = tracks_of({name: cut(one, day) for name, one in bars.items()}, at=utc(f"{day}T23:00"))
    for key, track in then.items():
        if key[2] == pace:
            (same,) = [point for point in later[key].points if point.session == day]
            assert track.points[-1].level == pytest.approx(same.level, rel=1e-12)
            assert track.points[-1].momentum == pytest.approx(same.momentum, rel=1e-12)


def test_a_running_week_is_provisional():
    bars = {name: cut(one, "2026-02-25") for name, one in market().items()}
    found = tracks_of(bars, at=utc("2026-02-25T23:00"))
    assert {track.provisional for key, track in found.items() if key[2] == "weekly"} == {True}
    assert {track.provisional for key, track in found.items() if key[2] == "daily"} == {False}


def test_what_is_not_there_says_why():
    young = {**market(), "KRE": make("KRE", closes(5)[-100:], DAYS[-100:])}
    rotation = structs.replace(ROTATION, sizes=("IWM/SPY", "XLF/SPY"))
    settings = structs.replace(MAPS, rotation=rotation)
    found = tracks_of(young, settings=settings)
    assert found["sectors", "KRE/IWM", "weekly"].reason == "needs 28 weeks, has 21"
    assert found["sectors", "KRE/IWM", "daily"].reason == "needs 130 sessions, has 100"
    assert found["sizes", "XLF/SPY", "daily"].reason == "XLF is not watched: name it in [universe] symbols"
    del young["KRE"]
    absent = tracks_of(young)["sectors", "KRE/IWM", "daily"]
    assert (absent.reason or "").startswith("KRE: ")
    assert (absent.points, absent.quadrant, absent.distance) == ((), None, None)
    assert found["sizes", "IWM/SPY", "daily"].reason is None


def test_groups_without_pairs_have_no_map():
    rotation = structs.replace(ROTATION, sectors=())
    assert {key[0] for key in tracks_of(market(), settings=structs.replace(MAPS, rotation=rotation))} == {"sizes"}
    rotation = structs.replace(ROTATION, sizes=(), sectors=())
    assert tracks_of(market(), settings=structs.replace(MAPS, rotation=rotation)) == {}


def test_all_shipped_pairs_are_of_watched_symbols():
    settings = load_settings()
    for group in settings.rotation.groups:
        for against in ("pairs", "market"):
            for pair in settings.rotation.subjects(group, against):
                assert set(pair.split("/")) <= set(settings.symbols), pair


@pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
def test_real_prices_against_pandas():
    read = partial(pd.read_csv, index_col="Date", parse_dates=True)
    shipped = load_settings()
    rotation = structs.replace(shipped.rotation, sizes=("IWM/SPY", "QQQ/SPY"), sectors=("KRE/XLF", "XLI/SPY"))
    names = ("IWM", "SPY", "QQQ", "KRE", "XLF", "XLI")
    universe = structs.replace(
        shipped.universe, pairs=("IWM/SPY",), averages=(), volatility=("IWM",), symbols=names, sectors=False
    )
    settings = structs.replace(shipped, universe=universe, rotation=structs.replace(rotation, market="SPY"))
    found = tracks_of({name: load_daily(DAILY / f"{name}.csv", name) for name in names}, settings=settings)
    last = date(2026, 2, 27)
    prices = {name: read(DAILY / f"{name}.csv")["Adj Close"].loc[: str(last)] for name in names}
    assert len(found) == 2 * (2 + 4), "some pairs are on both maps of a group"
    for (_, pair, pace), track in found.items():
        assert track.points[-1].session == str(last)
        assert_points(track, expected_points(*(prices[name] for name in pair.split("/")), pace))
