"""Earnings of the simulated market: made up, the same for everybody, within what is believed."""

from datetime import date

import pytest
from source_makers import EXCHANGE, SETTINGS

from core.clock import ManualClock
from core.fundamentals.catalogue import METRICS, is_believed
from core.sources.base import Context, Fundamental, Ok, Problem
from core.sources.registry import open_source


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    clock = ManualClock(EXCHANGE.closes_at(date(2026, 3, 24)))
    return open_source("simulated", Context(clock, SETTINGS, tmp_path_factory.mktemp("cache"), exchange=EXCHANGE))


@pytest.mark.parametrize("fund", ["IWM", "IJR", "MDY", "SPY", "RSP"])
def test_every_number_can_be_believed_and_is_of_a_session(source, fund):
    answer = source.fetch_fundamentals(fund, is_fund=True)
    assert isinstance(source, Fundamental)
    assert isinstance(answer, Ok)
    for one in answer.value:
        assert is_believed(one.metric, one.value), one
        assert (METRICS[one.metric].is_yearly or one.metric in ("weight", "sector_weight")) == bool(one.period), one
    days = {one.day for one in answer.value if one.metric == "pe"}
    assert len(days) == 300
    assert max(days) == date(2026, 3, 23)
    assert answer.value == source.fetch_fundamentals(fund, is_fund=True).value


def test_companies_come_with_their_fund(source):
    assert isinstance(source.fetch_fundamentals("IWM-1", is_fund=False), Problem)
    told = {one.subject for one in source.fetch_fundamentals("IWM", is_fund=True).value}
    assert {"IWM", "IWM-1", "IWM-12"} <= told
