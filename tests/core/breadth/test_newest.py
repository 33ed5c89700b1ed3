"""A file of newest prices, as it is being written: what counts, what is left out, and what is told."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from core.breadth.closes import Closes
from core.breadth.newest import NewestError, Prices, load_prices, to_moved

AT = datetime(2026, 3, 2, 16, tzinfo=UTC)
CLOSES = Closes(("AAPL", "BRK-B", "MSFT"), np.array(["2026-02-27"], "datetime64[D]"), np.array([[200.0], [480], [400]]))


def load(tmp_path, text):
    path = tmp_path / "newest.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_prices(path)


@pytest.mark.parametrize(
    "text",
    [
        "AAPL,231.4\nBRK/B,480\n",
        "symbol,price\nAAPL,231.40\nBRK.B,480\n",
        "\ufeffSymbol,Last,Change\r\n aapl , 231.4 ,1\r\n\r\nBRKB,480,2\r\n",
        "AAPL,1\nAAPL,231.4\nBRK-B,480\n",
        "AAPL,231.4\nBRK-B,480\nMSFT,4",
    ],
    ids=["plain", "header", "more columns", "twice: the later", "still being written"],
)
def test_prices(tmp_path, text):
    assert load(tmp_path, text).by_key == {"AAPL": 231.4, "BRKB": 480.0}


def test_they_are_of_when_the_file_was_written(tmp_path):
    written = load(tmp_path, "AAPL,1\n").at
    assert written.timestamp() == pytest.approx((tmp_path / "newest.csv").stat().st_mtime, abs=1e-5)


@pytest.mark.parametrize("cell", ["", "x", "0", "-3", "nan", "inf", "1e999"])
def test_a_line_that_is_no_price_is_told(tmp_path, cell):
    with pytest.raises(NewestError) as told:
        load(tmp_path, f"AAPL,1\nMSFT,{cell}\n")
    assert str(told.value) == f'newest.csv line 2: expected a symbol and a price, found "MSFT,{cell}".'


def test_what_is_no_list_of_prices_is_not_read(tmp_path):
    with pytest.raises(NewestError, match="larger than 4 MB"):
        load(tmp_path, b"A" * 4_000_001)


def test_in_the_order_of_the_closes_and_without_bad_ticks():
    prices = Prices({"MSFT": 4_001.0, "AAPL": 231.4, "ELSE": 5.0}, AT)
    moved = to_moved(CLOSES, prices, date(2026, 3, 2), date(2026, 2, 27))
    np.testing.assert_array_equal(moved.prices, [231.4, np.nan, np.nan])
    assert (moved.at, moved.session, moved.before) == (AT, date(2026, 3, 2), date(2026, 2, 27))
