"""Issuers' files with their preambles and notices, plain lists, and one clear sentence for everything else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.breadth.holdings import Holdings, HoldingsError, load_holdings, to_symbol
from core.text import clean

REAL = Path(__file__).parents[4] / "shared" / "market" / "breadth"

ISSUED = """\ufeffiShares Something ETF
Fund Holdings as of,"Jun 05, 2026"
Inception Date,"May 22, 2000"
Shares Outstanding,"-"
\u00a0
Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Price
"AAPL","APPLE INC","Information Technology","Equity","3,000.50","60.00","298.01"
"USD","USD CASH","Cash","Cash","400.00","8.00","100.00"
"BRK.B","BERKSHIRE, CLASS B","Financials","Equity","999.50","20.00","480.00"
"-","OMNIAB INC $12.50 VESTING Prvt","Health Care","Equity","0.00","0.00","0.00"
"AAPL","APPLE INC","Information Technology","Equity","1,000.00","20.00","298.01"
"HOLX US","HOLOGIC INC","Health Care","Equity","-","0.00","0.01"
"ESU6","S&P500 EMINI SEP 26","Cash","Futures","0.00","-","7,570.75"
\u00a0
"The content contained herein
is owned, or licensed."
"""


def load(tmp_path, text, name="fund.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_holdings(path)


def test_an_issued_file(tmp_path):
    """Cash and futures are not constituents, lots of one share are one, what is unlisted is counted as skipped."""
    assert load(tmp_path, ISSUED) == Holdings(
        symbols=("AAPL", "BRK-B"),
        weights=(4000.5 / 5000, 999.5 / 5000),
        as_of="2026-06-05",
        fund="iShares Something ETF",
        skipped=2,
    )


def test_line_endings_do_not_matter(tmp_path):
    assert load(tmp_path, ISSUED.replace("\n", "\r\n")) == load(tmp_path, ISSUED)


def test_weights_where_there_are_no_market_values(tmp_path):
    text = "Ticker,Asset Class,Market Weight\nA,Equity,30.00\nB,Equity,10.00\nC,Equity,-\n"
    assert load(tmp_path, text).weights == (0.75, 0.25, 0.0)


def test_a_table_without_weights_or_classes(tmp_path):
    holdings = load(tmp_path, "symbol,company\nMMM,3M\nBF.B,Brown\u2013Forman\n")
    assert (holdings.symbols, holdings.weights, holdings.as_of) == (("MMM", "BF-B"), None, None)


def test_a_plain_list(tmp_path):
    holdings = load(tmp_path, "# my own\nAAPL\n  msft  # in small letters\n\nBRK/B\nAAPL\n", "mine.txt")
    assert (holdings.symbols, holdings.weights) == (("AAPL", "MSFT", "BRK-B"), None)
    assert load(tmp_path, "A,1\nB,3\n").weights == (0.25, 0.75)


@pytest.mark.parametrize("text", ["BRK.B", "BRK/B", "BRK_B", " brk-b "])
def test_one_spelling(text):
    assert to_symbol(text) == "BRK-B"


HEAD = "Fund\nTicker,Name,Asset Class,Market Value\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "A,Alpha,Equity,1\nB,Beta,Equity\n", "fund.csv line 4: expected 4 values, found 3"),
        (HEAD + 'A,Alpha,Equity,"1,2x"\n', "fund.csv line 3 column Market Value: expected a number, found '1,2x'"),
        (HEAD + "A,Alpha,Equity,nan\n", "fund.csv line 3 column Market Value: expected a number, found 'nan'"),
        (HEAD + "A,Alpha,Equity,1e999\n", "fund.csv line 3 column Market Value: expected a number, found '1e999'"),
        (HEAD + "-,Alpha,Equity,1\n", "fund.csv: expected symbols of shares, found none"),
        (HEAD, "fund.csv: expected symbols of shares, found none"),
        ("", "fund.csv: expected symbols of shares, found none"),
        ("A\nnot a symbol\n", "fund.csv line 2 column 1: expected a symbol such as AAPL, found 'not a symbol'"),
        ("A\nB,many\n", "fund.csv line 2 column 2: expected a number, found 'many'"),
        (b"A\n\xff\n", "fund.csv line 2: expected UTF-8 text"),
        (b"A\n" + b"B" * 200_000, "fund.csv line 2: expected CSV: field larger than field limit (131072)"),
        (HEAD + "A,Al\x1b[2Jpha,Equity,\x1b[2J\n", "line 3 column Market Value: expected a number, found '\ufffd[2J'"),
    ],
)
def test_mistakes_are_told_with_file_line_and_column(tmp_path, text, sentence):
    with pytest.raises(HoldingsError) as caught:
        load(tmp_path, text)
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(HoldingsError, match=r"gone\.csv: cannot be read: No such file"):
        load_holdings(tmp_path / "gone.csv")
    with pytest.raises(HoldingsError, match="cannot be read: Is a directory"):
        load_holdings(tmp_path)


@given(raw=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_any_bytes_give_constituents_or_a_sentence(tmp_path_factory, raw):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(raw)
    found, said = None, ""
    try:
        found = load_holdings(path)
    except HoldingsError as error:
        said = str(error)
    assert bool(found) != bool(said)
    assert not said or ("any.csv" in said and clean(said, 1000) == said)
    assert found is None or (found.symbols and (found.weights is None or sum(found.weights) == pytest.approx(1)))


@pytest.mark.parametrize(
    ("name", "as_of", "count", "skipped", "first"),
    [
        ("IJH_holdings_2026-06-19.csv", "2026-06-19", 400, 0, "CRS"),
        ("IJR_holdings_2026-06-19.csv", "2026-06-19", 605, 2, "FORM"),
        ("IVV_holdings_2026-06-19.csv", "2026-06-19", 503, 1, "NVDA"),
        ("IWM_holdings_2026-05-05.csv", "2026-05-05", 1920, 3, "BE"),
        ("sp500_constituents.csv", None, 503, 0, "MMM"),
    ],
)
@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real market data in {REAL}")
def test_real_files(name, as_of, count, skipped, first):
    holdings = load_holdings(REAL / name)
    assert (holdings.as_of, len(holdings.symbols), holdings.skipped) == (as_of, count, skipped)
    assert holdings.symbols[0] == first
    if as_of:
        assert holdings.fund.startswith("iShares")
        assert sum(holdings.weights) == pytest.approx(1, rel=1e-12)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real market data in {REAL}")
def test_real_weights_are_those_of_the_issuer():
    """Its own column says 7.90 % of the whole fund, and 99.74 % of that are shares."""
    holdings = load_holdings(REAL / "IVV_holdings_2026-06-19.csv")
    assert holdings.weights[0] == pytest.approx(0.0790 / 0.9974, abs=1e-4)
