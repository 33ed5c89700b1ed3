"""A number told in full: its own past is what was seen then, and mistakes are answered with the nearest address."""

import math
from datetime import date

import numpy as np
import pytest
from analysis_panel import EXCHANGE, SETTINGS, cut, market, panel_of, snapshot_of, utc
from msgspec import structs
from scipy.stats import percentileofscore

from core.drivers import Drivers
from core.errors import UsageError
from core.explain import Beside, build_explanation, build_past, cut_panel, explain_address, split_address
from core.macro.catalogue import CATALOGUE
from core.macro.macro import NO_SERIES, Macro
from core.macro.series import build_series
from core.market.build import with_quotes
from core.market.quotes import Quote
from core.snapshot import SubjectState
from core.studies.around import Around
from core.studies.fits import GarchFit

BARS = market()
PANEL = panel_of(BARS)


@pytest.mark.parametrize("name", ["gap_20d", "ratio", "sma_200", "beta_252d", "ratio_z_252d", "streak", "drawdown"])
def test_the_past_is_what_was_known_then(name: str) -> None:
    times, values = build_past(PANEL, "IWM/SPY", name, count=60)
    assert len(times) == len(values) == 60
    for back in (1, 2, 17, 60):
        day = date(1970, 1, 1).toordinal() + times[-back]
        then = snapshot_of(panel_of({s: cut(b, date.fromordinal(day)) for s, b in BARS.items()}))
        assert values[-back] == pytest.approx(then.measures[f"IWM/SPY.{name}"].value, rel=1e-12)


def test_what_was_not_computable_then_is_missing() -> None:
    young = {symbol: cut(bars, bars.sessions[230].item()) for symbol, bars in BARS.items()}
    _, values = build_past(panel_of(young), "IWM", "sma_200", count=100)
    assert [value is None for value in values] == [True] * 68 + [False] * 32


def test_everything_is_told() -> None:
    told = build_explanation(PANEL, "IWM/SPY", "gap_20d")
    assert told.address == "IWM/SPY.gap_20d"
    assert told.measure == snapshot_of(PANEL).measures[told.address]
    assert told.values[-1] == told.measure.value
    assert told.percentile == pytest.approx(percentileofscore(told.values, told.values[-1], kind="weak") / 100)
    assert told.formula
    assert told.source.startswith("A1")
    assert told.quality == PANEL.quality["IWM/SPY"]


def test_while_the_session_runs_the_last_value_is_the_provisional_one() -> None:
    base = panel_of(BARS, utc("2026-02-27T15:00"))
    prices = {
        s: Quote(symbol=s, price=float(base.last_price[base.symbols.index(s)]) * 1.01, time=utc("2026-02-27T14:59:50"))
        for s in BARS
    }
    running = with_quotes(base, prices, EXCHANGE, utc("2026-02-27T15:00"), True)
    told = build_explanation(running, "IWM", "sma_50")
    assert told.measure.provisional
    assert told.values[-1] == told.measure.value
    assert told.values[-2] == pytest.approx(snapshot_of(base).measures["IWM.sma_50"].value)


def test_a_word_has_no_past() -> None:
    told = build_explanation(PANEL, "IWM", "trend_50")
    assert (told.times, told.values, told.percentile) == ((), (), None)
    assert told.measure.value in ("up", "down")
    assert told.note


def test_a_missing_number_says_why() -> None:
    young = {symbol: cut(bars, bars.sessions[99].item()) for symbol, bars in BARS.items()}
    told = build_explanation(panel_of(young), "IWM", "sma_200")
    assert told.measure.value is None
    assert told.measure.reason == "needs 200 sessions, has 100"
    assert told.values == ()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("IWM/SPY.gap_20", "IWM/SPY has no measure 'gap_20'. Near: IWM/SPY.gap_20d"),
        (
            "IWM/SPI.gap_20d",
            "'IWM/SPI.gap_20d' is no address such as IWM/SPY.gap_20d of what is watched. Near: IWM/SPY",
        ),
        ("iwm/spy.gap_20d", "Near: IWM/SPY"),
        ("IWM/SPY/KRE.gap_20d", "is no address"),
        ("gap\x1b[2J", "'gap\ufffd[2J' is no address"),
        ("", "'' is no address"),
        ("IWM.gap_20d", "IWM has no measure 'gap_20d'"),
    ],
)
def test_mistakes(address: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        split_address(address, SETTINGS)
    assert sentence in str(caught.value)


def test_addresses_of_symbols_with_dots_and_carets() -> None:
    assert split_address("^RUT/^GSPC.gap_20d", SETTINGS) == ("^RUT/^GSPC", "gap_20d")
    universe = structs.replace(SETTINGS.universe, symbols=("BRK.B", "BRK"))
    assert split_address("BRK.B.last", structs.replace(SETTINGS, universe=universe)) == ("BRK.B", "last")


def test_any_pair_of_watched_symbols_can_be_asked_for() -> None:
    """Also what is not among the pairs of the settings, and the details of a symbol that has none in a snapshot."""
    told = explain_address(PANEL, SETTINGS, "KRE/SPY.gap_20d", label="SIMULATED")
    kre, spy = (BARS[symbol].adj_close for symbol in ("KRE", "SPY"))
    assert told.measure.value == pytest.approx(kre[-1] / kre[-21] - spy[-1] / spy[-21], rel=1e-12)
    assert told.label == "SIMULATED"
    assert "KRE.value_at_risk_95_504d" not in snapshot_of(PANEL).measures
    assert explain_address(PANEL, SETTINGS, "KRE.value_at_risk_95_504d").measure.value > 0


def test_cutting_copies_nothing() -> None:
    part = cut_panel(PANEL, 500)
    assert np.shares_memory(part.adj, PANEL.adj)
    assert len(part.sessions) == 500


@pytest.mark.parametrize("address", ["IWM/SPY.gap_since", "IWM/SPY.large_return_since", "IWM/SPY.ratio_return_since"])
def test_what_counts_from_a_date_says_that_it_needs_one(address: str) -> None:
    told = explain_address(PANEL, SETTINGS, address)
    assert told.measure.value is None
    assert told.measure.reason == told.stages[-1].reason == "only with --since: a start of comparison of one's own"
    assert explain_address(PANEL, SETTINGS, address, since=date(2025, 9, 1)).measure.value is not None


def test_a_fitted_model_has_no_past_of_its_own() -> None:
    """Parameters of today on the prices of then were never seen then, and another model's values are not its past."""
    line = Around(PANEL).line("IWM")
    fit = GarchFit(
        symbol="IWM", session=str(line.sessions[-1]), fitted="2026-02-28", key="k", observations=len(line.values) - 1,
        mean=0.05, omega=0.02, alpha=0.08, beta=0.9, variance=1.2, converged=True,
    )  # fmt: skip
    told = build_explanation(PANEL, "IWM", "garch_volatility_1d", Beside(fits={"IWM": fit}))
    assert told.measure.value == pytest.approx(math.sqrt(252 * 1.2) / 100)
    assert (told.values, told.percentile) == ((), None)
    assert told.note == "what is fitted until now was not known then"


def test_the_economy_is_told_with_what_is_held_of_it():
    told = build_explanation(PANEL, "US", "term_spread")
    assert (told.quality.state, told.quality.reason) == (SubjectState.MISSING, NO_SERIES)
    assert told.measure.reason == f"needs T10Y3M of FRED: {NO_SERIES}"
    days = PANEL.sessions[-400:]
    series = build_series("T10Y3M", days, CATALOGUE["T10Y3M"].release(days), np.linspace(-1.0, 1.0, 400))
    known = build_explanation(PANEL, "US", "term_spread", Beside(drivers=Drivers(Macro({"T10Y3M": series}))))
    assert known.quality.state is SubjectState.OK
    assert known.values[-1] == known.measure.value == pytest.approx(series.values[-2] / 100.0)
    assert len(known.values) == 252
