"""`smid explain` on files of a made-up market: the page, the JSON, and what is said to a mistake."""

import json
from datetime import date

import numpy as np
import pytest

from tui import cli

DAYS = np.busday_offset(np.datetime64("2026-01-05"), np.arange(30), roll="forward")
LAST = "2026-02-13"
HOLIDAYS = ("2026-01-19",)


@pytest.fixture
def market(tmp_path, monkeypatch):
    """IWM gains 1 % a session, SPY half of that."""
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    days = [str(day) for day in DAYS if str(day) not in HOLIDAYS]
    for symbol, growth in (("IWM", 1.01), ("SPY", 1.005)):
        prices = [100 * growth**number for number in range(len(days))]
        rows = [f"{day},{p},{p},{p},{p},{p},1000" for day, p in zip(days, prices, strict=True)]
        text = "\n".join(["Date,Open,High,Low,Close,Adj Close,Volume", *rows])
        (tmp_path / f"{symbol}.csv").write_text(text + "\n")
    return ["--source", f"files:{tmp_path}", "--as-of", LAST]


def test_the_page(market, capfdbinary):
    assert cli.main(["explain", "IWM/SPY.gap_5d", *market]) == 0
    page = capfdbinary.readouterr().out.decode()
    gap = 1.01**5 - 1.005**5
    assert page.startswith(f"IWM/SPY.gap_5d  {100 * gap:.2f} %  [FILES as of {LAST}]\n")
    assert "small's return minus large's over 5 sessions" in page
    assert "A1: relative return" in page


def test_json(market, capfdbinary):
    assert cli.main(["explain", "IWM/SPY.gap_1d", "--json", *market]) == 0
    told = json.loads(capfdbinary.readouterr().out)
    assert told["address"] == "IWM/SPY.gap_1d"
    assert told["measure"]["value"] == pytest.approx(0.005, rel=1e-9)
    assert told["values"][1:] == pytest.approx([0.005] * (len(told["values"]) - 1), rel=1e-9)
    assert told["values"][0] is None, "the first session has no day before it"
    assert date(1970, 1, 1).toordinal() + told["times"][-1] == date.fromisoformat(LAST).toordinal()


def test_a_missing_number_is_explained_too(market, capfdbinary):
    assert cli.main(["explain", "IWM.sma_200", *market]) == 0
    page = capfdbinary.readouterr().out.decode()
    assert page.startswith("IWM.sma_200  n/a")
    assert "needs 200 sessions, has 29" in page


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "explain needs an address such as IWM/SPY.gap_20d; 'smid explain --list' names all measures."),
        (["IWM/SPY.gap_6d"], "IWM/SPY has no measure 'gap_6d'. Near: IWM/SPY.gap_"),
        (["ABC/SPY.gap_5d"], "'ABC/SPY.gap_5d' is no address such as IWM/SPY.gap_20d of what is watched."),
        (["IWM", "SPY"], "unknown argument 'SPY'"),
    ],
)
def test_mistakes(market, words, sentence, capfdbinary):
    assert cli.main(["explain", *words, *market]) == 2
    heard = capfdbinary.readouterr()
    assert heard.out == b""
    assert heard.err.decode().startswith(f"smid: {sentence}")
    assert heard.err.count(b"\n") == 1


def test_the_list(capfdbinary):
    assert cli.main(["explain", "--list"]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert "P.gap_1d  (fraction)  small's return minus large's over 1 session [A1]" in lines
    assert len(lines) == len(set(lines)) > 300
