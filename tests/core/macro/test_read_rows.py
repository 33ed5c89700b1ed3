"""What FRED writes, and what may come in its place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.macro.text import MacroError, read_rows
from core.text import clean


@pytest.mark.parametrize("header", ["observation_date", "DATE", '"observation_date"', "\ufeffobservation_date"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_headers_and_both_ways_to_say_nothing(header, end):
    text = end.join([f"{header},UNRATE", "2025-09-01,4.4", "2025-10-01,.", "2025-11-01,", "2025-12-01,4.4", ""])
    rows = read_rows(text, "UNRATE", is_whole=True)
    assert rows.observed.astype(str).tolist() == ["2025-09-01", "2025-12-01"]
    assert rows.values.tolist() == [4.4, 4.4]


def test_zero_is_a_value_and_nothing_is_not_zero():
    rows = read_rows("DATE,DFF\n2020-03-15,0.00\n2020-03-16,.\n2020-03-17,-0.25\n", "DFF")
    assert rows.values.tolist() == [0.0, -0.25]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the answer is empty"),
        ("\n\n", "the answer is empty"),
        ("<!DOCTYPE html><html>", "a web page came in place"),
        ("  \n <html>", "a web page came in place"),
        ("observation_date,DGS2\n2025-01-01,4\n", "line 1: the answer is of DGS2"),
        ("day,DGS10\n2025-01-01,4\n", 'line 1: expected "observation_date,DGS10"'),
        ("observation_date,DGS10\n2025-01-0", 'line 2: expected a day and a value, found "2025-01-0"'),
        ("observation_date,DGS10\n2025-13-01,4\n", "line 2: expected a day such as 2026-01-31"),
        ("observation_date,DGS10\n2025-01-01,4\n2025-01-01,4\n", "line 3: 2025-01-01 does not come after 2025-01-01"),
        ("observation_date,DGS10\n2025-01-02,4\n2025-01-01,4\n", "line 3: 2025-01-01 does not come after 2025-01-02"),
        ("observation_date,DGS10\n2025-01-01,nan\n", 'line 2: expected a number, found "nan"'),
        ("observation_date,DGS10\n2025-01-01,4,5\n", "line 2: expected a day and a value"),
        ("observation_date,DGS10\n2025-01-01,\x1b[2J\n", "line 2: expected a number"),
        ("observation_date,DGS10\n0001-01-01,4\n", "line 2: 0001-01-01 is no day of this series"),
    ],
)
def test_what_is_not_the_series_is_refused(text, told):
    with pytest.raises(MacroError, match=told.replace("(", "\\(").replace("[", "\\[")) as caught:
        read_rows(text, "DGS10")
    assert "\x1b" not in str(caught.value)
    assert str(caught.value).startswith("DGS10")


def test_an_answer_cut_off_within_a_number_is_not_taken():
    text = "observation_date,ICSA\n2025-01-04,203000\n2025-01-11,2170"
    with pytest.raises(MacroError, match="cut off in line 3"):
        read_rows(text, "ICSA", is_whole=True)
    assert len(read_rows(text, "ICSA").values) == 2  # a file of one's own may end without a line feed


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_refused(content):
    text = content.decode("utf-8", "replace")
    for tried in (text, f"observation_date,X\n{text}"):
        told, rows = "", None
        try:
            rows = read_rows(tried, "X")
        except MacroError as error:
            told = str(error)
        assert told == clean(told)
        assert rows is None or np.isfinite(rows.values).all()
