"""Whatever little is known, every measure is a finite value or says why not, and no study falls over it."""

import math

import pytest
from analysis_panel import cut, market, panel_of, snapshot_of

from core.market.panel import Panel
from core.studies import registry
from core.studies.study import Study

BARS = market()


def panel(count: int, without: str = "") -> Panel:
    """The first `count` sessions of all symbols but `without`."""
    known = {name: cut(bars, bars.sessions[count - 1].item()) for name, bars in BARS.items() if name != without}
    return panel_of(known if count else {})


@pytest.mark.parametrize("count", [0, 1, 2, 3, 20, 21, 64, 127, 253])
@pytest.mark.parametrize("without", ["", "IWM", "SPY"])
def test_every_measure_is_finite_or_missing_with_a_reason(count: int, without: str) -> None:
    measures = snapshot_of(panel(count, without)).measures
    assert {address.rpartition(".")[2] for address in measures} >= {"ratio", "last", "gap_20d"}
    for address, measure in measures.items():
        assert (measure.value is None) == bool(measure.reason), address
        assert "failed" not in (measure.reason or ""), f"{address}: {measure.reason}"
        assert not isinstance(measure.value, float) or math.isfinite(measure.value), address


def test_without_history_nothing_has_a_value() -> None:
    assert all(measure.value is None for measure in snapshot_of(panel(0)).measures.values())


def test_a_study_that_fails_takes_only_its_own_numbers_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_given: object) -> dict[str, float]:
        raise ZeroDivisionError("over the\x1b[31m cliff")

    broken = registry.STREAK
    failing = Study(symbol=broken.symbol, pair=broken.pair, calculate=fall)
    studies = tuple(failing if study is broken else study for study in registry.LIVE)
    monkeypatch.setattr("core.analysis.LIVE", studies)
    measures = snapshot_of(panel(300)).measures
    assert measures["IWM/SPY.streak"].value is None
    assert measures["IWM/SPY.streak"].reason == "the calculation failed: ZeroDivisionError: over the\ufffd[31m cliff"
    assert measures["IWM/SPY.gap_20d"].value is not None
