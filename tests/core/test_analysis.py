"""From the panel to the snapshot: complete, honest about holes, blind to the future, calm in a running session."""

import math
import warnings
from datetime import date

import msgspec
import numpy as np
import pytest
from analysis_panel import AFTER, DAYS, EXCHANGE, SETTINGS, closes, cut, make, market, panel_of, snapshot_of, utc
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from core.analysis import build_history
from core.explain import Beside, build_explanation
from core.market.build import with_quotes
from core.market.held import hold
from core.market.quotes import Quote
from core.market.symbols import SubjectKind, kind_of_subject
from core.rules.level import Level
from core.snapshot import Snapshot, SourceInfo, SubjectState
from core.studies.attribution import ATTRIBUTION
from core.studies.earnings import EARNINGS
from core.studies.flows import FLOWS
from core.studies.registry import SETTLED, STUDIES, definitions
from core.studies.revisions import REVISIONS
from core.studies.valuation import VALUATION

KEY_SYMBOLS = ("IWM", "SPY", "^RUT", "^GSPC")
MARKET = market()
PANEL = panel_of(MARKET)
SNAPSHOT = snapshot_of(PANEL, since=date(2025, 9, 1))


OF_FACTS = (VALUATION, EARNINGS, REVISIONS, FLOWS, ATTRIBUTION)


def values(snapshot):
    return {address: measure.value for address, measure in snapshot.measures.items()}


def test_every_subject_has_every_measure():
    """Details only where pairs or panes rest on the subject."""
    details = {definition.name for study in STUDIES if study.is_detail for definition in study.symbol}
    expected = {
        f"{symbol}.{name}"
        for symbol in SETTINGS.symbols
        for name in definitions(SubjectKind.SYMBOL)
        if name not in details or symbol in KEY_SYMBOLS
    }
    # Of constituents, only what is a fund in a pair has measures.
    of_funds = {definition.name for study in STUDIES if study.is_about for definition in study.symbol}
    expected -= {f"{symbol}.{name}" for symbol in SETTINGS.symbols for name in of_funds if symbol not in ("IWM", "SPY")}
    # Of earnings and multiples nothing where no index is named, as here.
    of_facts = {definition.name for study in OF_FACTS for definition in study.pair}
    expected -= {f"{symbol}.{one.name}" for symbol in SETTINGS.symbols for study in OF_FACTS for one in study.symbol}
    of_pairs = [name for name in definitions(SubjectKind.PAIR) if name not in of_facts]
    expected |= {f"{pair}.{name}" for pair in SETTINGS.pairs for name in of_pairs}
    expected |= {f"US.{name}" for name in definitions(SubjectKind.ECONOMY)}
    shown = ("gap_20d", "gap_63d", "gap_252d", "trend_50", "trend_200", "mansfield_52w", "rotation_quadrant")
    expected |= {f"KRE/SPY.{name}" for name in shown}  # the only pair of the page of sectors that is watched here
    assert SNAPSHOT.measures.keys() == expected
    assert (SNAPSHOT.pairs, SNAPSHOT.symbols, SNAPSHOT.benchmark) == (SETTINGS.pairs, SETTINGS.symbols, "SPY")
    assert SNAPSHOT.as_of == AFTER
    assert SNAPSHOT.history_key == PANEL.key


def test_gap_since_is_there_only_with_a_date():
    assert not [address for address in snapshot_of(PANEL).measures if address.endswith("gap_since")]
    assert SNAPSHOT.measures["IWM/SPY.gap_since"].value is not None


def test_the_year_of_the_peak_is_the_one_of_the_settings():
    found = {
        year: snapshot_of(
            PANEL, settings=structs.replace(SETTINGS, lookbacks=structs.replace(SETTINGS.lookbacks, peak_year=year))
        )
        for year in (2019, 2021, 1999)
    }
    for year in (2019, 2021):
        assert found[year].measure("IWM/SPY.named_year_peak").value.startswith(str(year))
        told = build_explanation(PANEL, "IWM/SPY", "named_year_gap", Beside(peak_year=year))
        assert told.measure == found[year].measure("IWM/SPY.named_year_gap")
    assert found[1999].measure("IWM/SPY.named_year_drawdown").reason.startswith("no session in 1999")
    assert SETTINGS.lookbacks.peak_year == 2021


def test_the_snapshot_survives_the_wire_and_holds_no_nan():
    for encoded in (msgspec.json, msgspec.msgpack):
        assert encoded.decode(encoded.encode(SNAPSHOT), type=Snapshot) == SNAPSHOT
    numbers = [value for value in values(SNAPSHOT).values() if isinstance(value, float)]
    numbers += [value for series in SNAPSHOT.series.values() for value in series if value is not None]
    assert all(map(math.isfinite, numbers))


def test_small_pictures_and_cones():
    assert set(SNAPSHOT.series) == {"IWM.volatility_20d", "SPY.volatility_20d", "IWM/SPY.ratio", "^RUT/^GSPC.ratio"}
    for address, series in SNAPSHOT.series.items():
        assert len(series) == 60
        assert series[-1] == pytest.approx(SNAPSHOT.measures[address].value, rel=1e-10)
    assert set(SNAPSHOT.cones) == {"IWM", "SPY"}
    twenty = next(row for row in SNAPSHOT.cones["IWM"] if row.window == 20)
    assert twenty.now == pytest.approx(SNAPSHOT.measures["IWM.volatility_20d"].value, rel=1e-10)


def test_last_is_raw_and_the_rest_adjusted():
    """Adjusted closes are 0.98 of the closes up to the last year's dividend; `last` is as quoted."""
    prices = closes(1)
    factor = np.where(np.arange(len(prices)) < len(prices) - 50, 0.98, 1.0)
    snapshot = snapshot_of(panel_of({**MARKET, "IWM": make("IWM", prices, factor=factor)}))
    assert snapshot.measures["IWM.last"].value == prices[-1]
    adjusted = prices * factor
    assert snapshot.measures["IWM.sma_200"].value == pytest.approx(adjusted[-200:].mean(), rel=1e-12)
    expected = adjusted[-1] / adjusted[-64] - prices[-1] / prices[-64]
    assert snapshot.measures["IWM/SPY.small_return_63d"].value - (prices[-1] / prices[-64] - 1) == pytest.approx(
        expected
    )


def test_nothing_known_is_said_with_reasons():
    snapshot = snapshot_of(panel_of({}))
    assert all(measure.value is None and measure.reason for measure in snapshot.measures.values())
    assert all(series == () for series in snapshot.series.values())
    assert {finding.rule for finding in snapshot.findings} == {"data_quality"}
    loading = snapshot_of(panel_of({}), source=SourceInfo(name="yahoo", loading=5))
    assert {finding.level for finding in loading.findings} == {Level.INFO}


@settings(max_examples=12, deadline=None)
@given(row=st.integers(300, len(DAYS) - 1))
def test_no_look_ahead_from_bars_to_snapshot(row):
    """Every measure, finding and picture of an evening is the same whether or not later bars are known."""
    day = DAYS[row].item()
    at = utc(f"{day}T22:00")
    known = snapshot_of(panel_of({name: cut(bars, day) for name, bars in MARKET.items()}, at), at)
    with_future = snapshot_of(panel_of(MARKET, at), at)
    assert values(with_future) == values(known)
    assert with_future.findings == known.findings
    assert (with_future.series, with_future.cones) == (known.series, known.cones)


@settings(max_examples=15, deadline=None)
@given(holes=st.sets(st.integers(0, 400), min_size=1, max_size=12))
def test_holes_never_shorten_a_window(holes):
    """With sessions missing in one leg a pair is what it would be had those sessions never been, in both legs."""
    gone = [len(DAYS) - 2 - hole for hole in holes]
    holed = closes(1)
    holed[gone] = np.nan
    kept = np.delete(np.arange(len(DAYS)), gone)
    found = values(snapshot_of(panel_of({**MARKET, "IWM": make("IWM", holed)})))
    # A line takes its dates from the panel, so the same days are taken out of both legs.
    both = {name: make(name, closes(seed)[kept], DAYS[kept]) for name, seed in (("IWM", 1), ("SPY", 2))}
    expected = values(snapshot_of(panel_of({**MARKET, **both})))
    for address, value in expected.items():
        if address.startswith("IWM"):
            assert found[address] == value, address


def test_a_window_with_holes_waits_for_more_sessions():
    holed = closes(1)
    holed[:-205] = np.nan
    holed[-100:-90] = np.nan
    measure = snapshot_of(panel_of({**MARKET, "IWM": make("IWM", holed)})).measures["IWM/SPY.sma_200"]
    assert (measure.value, measure.reason) == (None, "needs 200 sessions, has 195")


def quotes(time):
    prices = {name: bars.close[-1] for name, bars in MARKET.items()}
    return {name: Quote(symbol=name, price=price, time=utc(time)) for name, price in prices.items()}


def test_a_provisional_bar_counts_as_the_same_bar_once_final():
    at = utc("2026-02-27T20:59:30")
    before = panel_of({name: cut(bars, "2026-02-26") for name, bars in MARKET.items()}, at)
    running = snapshot_of(with_quotes(before, quotes("2026-02-27T20:59:20"), EXCHANGE, at, True), at)
    final, evening = snapshot_of(PANEL), snapshot_of(before)
    settled = {(kind, d.name) for kind in SubjectKind for study in SETTLED for d in study.definitions(kind)}
    for address, measure in final.measures.items():
        now = running.measures[address]
        if (kind_of_subject(address.rpartition(".")[0]), address.rpartition(".")[2]) in settled:
            assert now == evening.measures[address], address
            continue
        if address.endswith("_turn") or ".next_flip" in address:
            continue  # of a running session today's close decides, of one that is over the next
        if address.endswith("_open"):
            assert str(now.reason).startswith("no opening price"), "these quotes have none"
            continue
        if address.startswith("US."):
            assert now == measure, address
            continue
        is_number = isinstance(measure.value, float)
        assert now.value == (pytest.approx(measure.value, rel=1e-11, abs=1e-13) if is_number else measure.value), (
            address
        )
        assert now.provisional, address
        assert not measure.provisional, address
        assert now.as_of == utc("2026-02-27T20:59:20"), address
        assert measure.as_of == utc("2026-02-27T21:00:00"), address
    # Volume is known at the close: what rests on it is that of the evening before.
    told = [[one for one in shown.findings if one.rule != "crowding"] for shown in (running, final)]
    assert [finding.text for finding in told[0]] == [finding.text for finding in told[1]]
    assert all(finding.provisional for finding in told[0])


def test_asynchronous_legs_freeze_the_pair_but_not_the_legs():
    at = utc("2026-02-27T20:00:00")
    before = panel_of({name: cut(bars, "2026-02-26") for name, bars in MARKET.items()}, at)
    late = {**quotes("2026-02-27T19:59:50"), "SPY": quotes("2026-02-27T19:58:40")["SPY"]}
    snapshot = snapshot_of(with_quotes(before, late, EXCHANGE, at, True), at)
    assert snapshot.quality_of("IWM/SPY").state is SubjectState.ASYNC
    assert snapshot.measures["IWM.volatility_20d"].provisional
    ratio = snapshot.measures["IWM/SPY.ratio"]
    assert not ratio.provisional
    assert ratio.value == closes(1)[-2] / closes(2)[-2]
    blocked = {finding.rule: finding.blocked for finding in snapshot.findings if finding.subject == "IWM/SPY"}
    assert blocked["data_quality"]
    assert all(blocked.values())


def test_a_pair_whose_legs_trade_apart_keeps_what_it_last_was():
    """With its age: neither yesterday's close, nor a ratio of two moments."""
    at = utc("2026-02-27T20:00:00")
    before = panel_of({name: cut(bars, "2026-02-26") for name, bars in MARKET.items()}, at)
    together = quotes("2026-02-27T19:58:40")
    held = hold({}, SETTINGS.pairs, together)
    late = {**quotes("2026-02-27T19:59:50"), "SPY": together["SPY"]}
    late["IWM"] = structs.replace(late["IWM"], price=late["IWM"].price * 1.03)
    assert hold(held, SETTINGS.pairs, late)["IWM/SPY"] == held["IWM/SPY"]
    panel = with_quotes(before, late, EXCHANGE, at, True, held=held)
    snapshot = snapshot_of(panel, at)
    quality, ratio = snapshot.quality_of("IWM/SPY"), snapshot.measures["IWM/SPY.ratio"]
    assert (quality.state, quality.as_of) == (SubjectState.ASYNC, utc("2026-02-27T19:58:40"))
    assert (ratio.value, ratio.provisional, ratio.as_of) == (closes(1)[-1] / closes(2)[-1], True, quality.as_of)
    assert snapshot.measures["IWM/SPY.small_return_1d"].value == pytest.approx(closes(1)[-1] / closes(1)[-2] - 1)
    assert snapshot.measures["IWM.last"].value == pytest.approx(closes(1)[-1] * 1.03)
    assert panel.adj[-1, panel.column("IWM")] == pytest.approx(closes(1)[-1] * 1.03), "the panel stays as it was"
    assert all(finding.blocked for finding in snapshot.findings if finding.subject == "IWM/SPY")


def test_what_a_pair_was_in_another_session_is_not_held():
    at = utc("2026-02-27T20:00:00")
    before = panel_of({name: cut(bars, "2026-02-26") for name, bars in MARKET.items()}, at)
    held = hold({}, SETTINGS.pairs, quotes("2026-02-26T19:58:40"))
    late = {**quotes("2026-02-27T19:59:50"), "SPY": quotes("2026-02-27T19:58:40")["SPY"]}
    snapshot = snapshot_of(with_quotes(before, late, EXCHANGE, at, True, held=held), at)
    assert snapshot.measures["IWM/SPY.ratio"].value == closes(1)[-2] / closes(2)[-2]


def test_the_regime_is_that_of_the_first_pair():
    regime = SNAPSHOT.regime
    assert regime.pair == SETTINGS.pairs[0]
    assert regime.states == {w: SNAPSHOT.measures[f"IWM/SPY.trend_{w}"].value for w in ("50", "200")}
    if regime.since:
        assert regime.sessions == np.count_nonzero(PANEL.sessions >= np.datetime64(regime.since))


def test_findings_are_sorted_worst_first():
    ranks = [finding.level.rank for finding in SNAPSHOT.findings]
    assert ranks == sorted(ranks, reverse=True)


def test_a_finding_on_stale_data_is_frozen():
    """Small falls 8 % in a session and its newest bar is missing since: the pullback stays, marked."""
    prices = np.append(closes(1)[:-2], [np.nan, np.nan])
    prices[-3] = prices[-4] * 0.92
    snapshot = snapshot_of(panel_of({**MARKET, "IWM": make("IWM", prices)}))
    found = [finding for finding in snapshot.findings if finding.subject == "IWM/SPY" and finding.rule == "pullback"]
    assert [finding.blocked for finding in found] == [True]
    told = next(finding for finding in snapshot.findings if finding.rule == "data_quality")
    assert (told.level, told.subject, told.text) == (Level.WARN, "IWM", "IWM: the last bar is of 2026-02-25")


def test_a_rule_that_is_switched_off_is_silent():
    rules = {name: {**table, "enabled": False} for name, table in SETTINGS.rules.items()}
    assert snapshot_of(panel_of({}), settings=structs.replace(SETTINGS, rules=rules)).findings == ()


def test_yields_at_zero_and_below_break_nothing():
    """^IRX has been zero and negative: no warning, no number out of a logarithm of nothing."""
    yields = np.abs(closes(6)) / 100
    yields[-300:-280], yields[-200:-190], yields[-10] = 0.0, -0.01, 0.0
    universe = structs.replace(SETTINGS.universe, symbols=("^IRX",))
    watched = structs.replace(SETTINGS, universe=universe)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        snapshot = snapshot_of(panel_of({**MARKET, "^IRX": make("^IRX", yields)}, settings=watched), settings=watched)
    measures = {a: m for a, m in snapshot.measures.items() if a.startswith("^IRX.")}
    assert all(math.isfinite(m.value) for m in measures.values() if isinstance(m.value, float))
    assert measures["^IRX.volatility_63d"].reason == "not computable from these prices"


def test_history_of_a_pair():
    history = build_history(PANEL, "IWM/SPY")
    assert (history.unit, history.key, history.reason) == ("session", PANEL.key, "")
    assert len(history.times) == len(history.values) == len(history.sma_50) == len(history.sma_200) == len(DAYS)
    assert history.times[-1] == (date(2026, 2, 27) - date(1970, 1, 1)).days
    assert history.values[-1] == closes(1)[-1] / closes(2)[-1]
    assert history.sma_200[198] is None
    assert history.sma_200[-1] == pytest.approx(SNAPSHOT.measures["IWM/SPY.sma_200"].value, rel=1e-12)
    assert history.sma_50[49] == pytest.approx(np.mean(closes(1)[:50] / closes(2)[:50]), rel=1e-12)


def test_history_of_nothing_says_why():
    history = build_history(panel_of({}), "IWM/SPY")
    assert (history.times, history.values, history.sma_50) == ((), (), ())
    assert history.reason
