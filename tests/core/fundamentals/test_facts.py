"""Files of published figures: what is read of them, what is said of a wrong line, and what was known when."""

from datetime import date
from pathlib import Path

import pytest

import core.fundamentals
from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import build_fundamentals
from core.fundamentals.reader import read_facts

PUBLISHED = Path(core.fundamentals.__file__).with_name("published.csv")
INDICES = {"Russell 2000": ("IWM", "^RUT"), "S&P 600": ("IJR",), "S&P 400": ("MDY", "IJH"), "S&P 500": ("SPY", "^GSPC")}
HEAD = "date,index,metric,period,value,source\n"


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "mine.csv"
    path.write_bytes(text.encode(encoding))
    return read_facts(path, INDICES)


def test_the_shipped_figures_are_read_whole():
    found = read_facts(PUBLISHED, INDICES)
    assert found.complaints == ()
    assert len(found.facts) == 21
    assert all(fact.source and fact.day == date(2026, 1, 31) for fact in found.facts)
    growth = next(f for f in found.facts if (f.subject, f.metric, f.period) == ("Russell 2000", "eps_growth", "2025"))
    assert growth.value == 0.422


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026-13-01,S&P 500,pe,,20,me", "column date: expected a day such as 2026-01-31, found '2026-13-01'"),
        ("2026-01-31,S&P 50,pe,,20,me", "column index: expected one of Russell 2000, S&P 600, S&P 400, S&P 500, found"
         " 'S&P 50' (did you mean S&P 500?)"),
        ("2026-01-31,S&P 500,p/e,,20,me", "column metric: expected one of pe, forward_pe,"),
        ("2026-01-31,S&P 500,weight,,0.2,me", "column metric: expected one of pe,"),
        ("2026-01-31,S&P 500,pe,2025,20,me", "column period: expected nothing, pe being of no year, found '2025'"),
        ("2026-01-31,S&P 500,eps_growth,,20%,me", "column period: expected the year that it is the growth of, such as"
         " 2026, found nothing"),
        ("2026-01-31,S&P 500,sector_weight,tech,20%,me", "column period: expected one of financials, industrials,"),
        ("2026-01-31,S&P 500,pe,,0.047,me", "column value: expected a number of 3 to 100, for pe, found '0.047'"),
        ("2026-01-31,S&P 500,pe,,nan,me", "column value: expected a number of 3 to 100, for pe, found 'nan'"),
        ("2026-01-31,S&P 500,pe,,20%,me", "column value: expected a number of 3 to 100, for pe, found '20%'"),
        ("2026-01-31,S&P 500,eps_growth,2026,11.8,me", "column value: expected a share of -1 to 5, 0.05 or 5%, for"
         " eps_growth, found '11.8'"),
        ("2026-01-31,S&P 500,pe,,20,", "column source: expected who said it, found nothing"),
        ("2026-01-31,S&P 500,pe,20,me", "column value: expected 6 values, found 5"),
        ("2026-01-31,S&P 500,pe,,21,me", "column value: expected one of pe by the same source on a day,"
         " found 'another'"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_told_of_and_the_rest_counts(tmp_path, line, told):
    first, last = "2026-01-31,S&P 500,pe,,20,me\n", "2026-01-31,Russell 2000,pe,,15,me\n"
    found = read(tmp_path, f"{HEAD}{first}# a remark\n{line}\n\n{last}")
    assert [fact.subject for fact in found.facts] == ["S&P 500", "Russell 2000"]
    (complaint,) = found.complaints
    assert complaint.startswith(f"mine.csv line 4 {told}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "mine.csv: expected a first line date,index,metric,period,value,source, found nothing"),
        ("date,index,value\n", "mine.csv line 1: expected the columns date,index,metric,period,value,source and perhaps"
         " method, found date,index,value"),
        (HEAD + 'a,"b\n', "mine.csv line 2 column index: expected 6 values, found 2"),
    ],
)  # fmt: skip
def test_a_file_that_is_none(tmp_path, text, told):
    assert read(tmp_path, text) == read(tmp_path, text)
    assert read(tmp_path, text).complaints == (told,)


def test_files_that_cannot_be_read(tmp_path):
    assert "cannot be read: No such file" in read_facts(tmp_path / "none.csv", INDICES).complaints[0]
    assert "cannot be read: Is a directory" in read_facts(tmp_path, INDICES).complaints[0]
    assert read(tmp_path, HEAD + "2026-01-31,é", "latin-1").complaints == ("mine.csv line 2: expected UTF-8 text",)


def test_text_of_a_file_is_cleaned(tmp_path):
    fact = read(tmp_path, HEAD + "2026-01-31,S&P 500,pe,,20,\x1b[31mme\x9b\n").facts[0]
    assert "\x1b" not in fact.source
    assert "\x9b" not in fact.source


def test_many_wrong_lines_are_not_all_told(tmp_path):
    found = read(tmp_path, HEAD + "x,S&P 500,pe,,20,me\n" * 500)
    assert len(found.complaints) == 21
    assert found.complaints[-1] == "mine.csv: 480 more lines are wrong"


def fact(day, subject, value, source="a", metric="pe", period=""):
    return Fact(date.fromisoformat(day), subject, metric, period, value, source)


def test_a_fact_counts_from_its_day_on():
    known = build_fundamentals([fact("2026-02-10", "S&P 500", 22.0), fact("2026-01-10", "S&P 500", 20.0)], INDICES)
    assert known.find("SPY", "pe", date(2026, 1, 9)) is None
    assert known.find("SPY", "pe", date(2026, 2, 9)).value == 20.0
    assert known.find("^GSPC", "pe", date(2026, 2, 10)).value == 22.0
    assert known.find("QQQ", "pe", date(2026, 2, 10)) is None
    assert known.index_of("^GSPC") == "S&P 500"
    assert known.index_of("QQQ") == "QQQ"


def test_two_legs_are_taken_from_one_source():
    facts = [
        fact("2026-01-10", "Russell 2000", 15.0, "a"), fact("2026-01-10", "S&P 500", 22.0, "a"),
        fact("2026-02-10", "S&P 500", 23.0, "b"), fact("2026-02-11", "S&P 600", 16.0, "c"),
    ]  # fmt: skip
    known = build_fundamentals(facts, INDICES)
    small, large = known.find_both("IWM", "SPY", "pe", date(2026, 3, 1))
    assert (small.value, large.value, large.source) == (15.0, 22.0, "a")
    small, large = known.find_both("IJR", "SPY", "pe", date(2026, 3, 1))
    assert (small.source, large.source, large.value) == ("c", "b", 23.0)
    assert known.find_both("MDY", "SPY", "pe", date(2026, 1, 1)) == (None, None)


def test_what_a_fund_says_of_itself_is_of_its_index_too():
    known = build_fundamentals([fact("2026-02-10", "IWM", 17.0)], INDICES)
    assert known.find("^RUT", "pe", date(2026, 3, 1)).value == 17.0
    assert known.find("IJR", "pe", date(2026, 3, 1)) is None
