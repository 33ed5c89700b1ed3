"""Summaries: funds with their multiples, companies with what is expected, through the real client and every fault."""

import json
from pathlib import Path

import pytest
from source_makers import REAL
from yahoo_lab import Lab, open_lab

from core.market.sectors import SECTORS
from core.sources.base import Fundamental, Ok, Problem, ProblemKind
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.summary import parse_summary
from tests.loopback.market import profile_of
from tests.loopback.summary import holdings_of, multiples_of, sector_weights_of

ERROR, LIMITED = ProblemKind.ERROR, ProblemKind.RATE_LIMITED
RECORDED = REAL / "fixtures" / "yahoo"


@pytest.fixture
def lab(tmp_path):
    with open_lab(tmp_path) as lab:
        lab.server.reset_counts()
        yield lab


def values(lab: Lab, symbol: str, *, is_fund: bool = True) -> dict[tuple[str, str], float]:
    answer = lab.source.fetch_fundamentals(symbol, is_fund=is_fund)
    assert isinstance(answer, Ok), answer
    return {(one.metric, one.period): one.value for one in answer.value}


def body_of(**holdings: object) -> dict[str, object]:
    result = {"quoteType": {"symbol": "IWM"}, "topHoldings": {"equityHoldings": holdings}}
    return {"quoteSummary": {"result": [result], "error": None}}


def test_a_fund_in_one_request(lab):
    found = values(lab, "IWM")
    for name, multiple in multiples_of("IWM").items():
        assert found[name, ""] == pytest.approx(multiple, rel=1e-3)  # five digits of a reciprocal
    assert found["assets_billion", ""] == pytest.approx(190, rel=0.01)
    assert found["nav", ""] == profile_of("IWM").level
    assert [period for metric, period in found if metric == "weight"] == holdings_of("IWM")
    weights = {period: value for (metric, period), value in found.items() if metric == "sector_weight"}
    assert weights == dict(zip((sector.name for sector in SECTORS), sector_weights_of("IWM"), strict=True))
    assert lab.server.counts["summary"] == 1
    assert isinstance(lab.source, Fundamental)


def test_a_company_in_one_request(lab):
    found = values(lab, "IWMA", is_fund=False)
    assert found["reports", ""] == 4.0
    assert found["beats", ""] == 3.0
    assert found["eps_now", ""] / found["eps_90d_ago", ""] == pytest.approx(1 / 0.98, abs=1e-3)
    assert found["shares_billion", ""] == pytest.approx(1.0, rel=1e-3)
    assert {"up_30d", "down_30d", "eps_next_year"} <= {metric for metric, _ in found}


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        ("429", LIMITED, "asks us to wait"), ("401", ERROR, "refuses us"), ("404", ERROR, "no summary of IWM"),
        ("500", ERROR, "has an error"), ("truncated", ERROR, "cannot be read"), ("page", ERROR, "web page"),
        ("empty", ERROR, "is empty"), ("wrong-symbol", ERROR, "answers for XXXX"),
        ("missing-symbol", ERROR, "no summary of IWM"), ("429-crumb", LIMITED, "no crumb"),
    ],
)  # fmt: skip
def test_every_fault_has_a_reason_and_leaves_the_charts_alone(lab, mode, kind, words):
    lab.set(mode, on="summary")
    answer = lab.source.fetch_fundamentals("IWM", is_fund=True)
    assert isinstance(answer, Problem)
    assert answer.kind is kind
    assert words in answer.reason
    asked = lab.server.counts["summary"]
    assert asked <= 2  # a refusal has one new crumb
    lab.source.fetch_fundamentals("IWM", is_fund=True)
    assert lab.server.counts["summary"] == asked, "it waits before it asks again"
    if mode != "429":
        assert isinstance(lab.source.fetch_history("IWM"), Ok)


@pytest.mark.parametrize("mode", ["null", "nan", "infinity", "negative", "zero", "text", "absurd"])
def test_multiples_that_cannot_be_are_left_out_and_the_rest_is_kept(lab, mode):
    lab.set(mode, on="summary")
    found = values(lab, "IWM")
    assert not {metric for metric, _ in found} & {"pe", "pb", "ps", "pcf"}
    assert found["assets_billion", ""] == pytest.approx(190, rel=0.01)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"priceToEarnings": 0.02938, "priceToBook": 0.12608}, {"pe": 34.037, "pb": 7.931}),
        ({"priceToEarnings": 17.5, "priceToBook": 2.0}, {"pe": 17.5, "pb": 2.0}),
        ({"priceToEarnings": 17.5, "priceToBook": 0.9}, {"pe": 17.5, "pb": 0.9}),  # a real one, below book
        ({"priceToEarnings": 0.05, "priceToBook": 0.001}, {"pe": 20.0}),
    ],
)
def test_the_price_to_earnings_tells_whether_they_are_reciprocals(stated, expected):
    found = {one.metric: one.value for one in parse_summary(body_of(**stated), "IWM", is_fund=True)}
    assert found == {name: pytest.approx(value, abs=1e-3) for name, value in expected.items()}


@pytest.mark.parametrize("stated", [{"priceToEarnings": 0.5, "priceToBook": 0.2}, {"priceToBook": 2.0}, {}])
def test_without_a_price_to_earnings_nobody_knows_what_the_others_are(stated):
    with pytest.raises(Failure) as raised:
        parse_summary(body_of(**stated), "IWM", is_fund=True)
    assert raised.value.trouble is Trouble.UNUSABLE


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside the checkout")
def test_what_yahoo_really_answered():
    recorded = json.loads(Path(RECORDED / "quoteSummary-all-QQQ.json").read_text(encoding="utf-8"))
    found = {(one.metric, one.period): one for one in parse_summary(recorded["response"]["body"], "QQQ", is_fund=True)}
    assert found["pe", ""].value == pytest.approx(34.04, abs=0.01)
    assert found["pb", ""].value == pytest.approx(7.93, abs=0.01)
    assert found["ps", ""].value == pytest.approx(5.88, abs=0.01)
    assert found["pcf", ""].value == pytest.approx(23.18, abs=0.01)
    assert found["assets_billion", ""].value == pytest.approx(328.3, abs=0.01)
    assert found["weight", "NVDA"].value == pytest.approx(0.0742, abs=1e-4)
    assert "reciprocal 0.02938" in found["pe", ""].method
    apple = json.loads(Path(RECORDED / "quoteSummary-defaultKeyStatistics-AAPL.json").read_text(encoding="utf-8"))
    body = apple["response"]["body"]
    body["quoteSummary"]["result"][0]["quoteType"] = {"symbol": "AAPL"}
    (shares,) = parse_summary(body, "AAPL", is_fund=False)
    assert shares.value == pytest.approx(15.022, abs=1e-3)
