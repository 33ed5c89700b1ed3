"""The comparison with other libraries on something small: all give the same answer, and a wrong one is found out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.__main__ import SECTIONS, main
from bench.against import MILLISECONDS, Aim, Entry, time_seconds, to_table
from bench.growth import Cost, draw
from bench.growth import measure as measure_growth
from bench.rivals import crowd, pair, tick
from bench.rivals.made import YEAR, make_closes, make_days, make_pair
from bench.rivals.peak import OURS_COLD, measure_peak

pytestmark = pytest.mark.filterwarnings("ignore:Timestamp.dayofyear is deprecated")  # when pandas_ta_classic loads
CLOSES = make_closes(12, 300)
ANSWER = crowd.answer_cold(CLOSES)


@pytest.mark.parametrize("rival", crowd.RIVALS, ids=lambda rival: rival.module)
def test_libraries_answer_alike_for_many_symbols(rival):
    assert crowd.find_reason(rival.module) is None
    crowd.assert_same(rival.answer(rival.prepare(CLOSES)), ANSWER)


def test_the_live_answer_is_that_from_nothing():
    crowd.assert_same(crowd.prepare_live(CLOSES)(CLOSES[:, -1]), ANSWER)


@pytest.mark.parametrize("name", ["averages", "volatility", "strength"])
def test_a_wrong_number_is_found_out(name):
    wrong = replace(ANSWER, **{name: getattr(ANSWER, name) * (1 + 1e-8)})
    with pytest.raises(AssertionError, match=name):
        crowd.assert_same(wrong, ANSWER)


def test_a_symbol_counted_too_many_is_found_out():
    shares = ANSWER.shares | {"highs": ANSWER.shares["highs"] + 1 / 12}
    with pytest.raises(AssertionError, match="highs"):
        crowd.assert_same(replace(ANSWER, shares=shares), ANSWER)


@pytest.mark.parametrize(("name", "module", "prepare", "answer"), pair.RIVALS, ids=[one[1] for one in pair.RIVALS])
def test_libraries_answer_alike_for_a_pair(name, module, prepare, answer):
    """Whose numbers ours are: of a pair with every window full, and of no more than ours says."""
    given = make_pair(1800)
    found, ours = answer(prepare((given.line.small, given.line.large))), pair.answer_all(given)
    pair.assert_same(found, ours)
    assert len(found) >= 16
    assert found.keys() <= pair.answer_all(given, pair.studies_of(set(found))).keys()
    changed = next(name for name, number in found.items() if not isinstance(number, str))
    with pytest.raises(AssertionError, match=changed):
        pair.assert_same(found | {changed: found[changed] + 1}, ours)


@pytest.mark.parametrize(("name", "module", "prepare"), tick.RIVALS, ids=[one[1] for one in tick.RIVALS])
def test_libraries_answer_alike_for_a_bar_that_moves(name, module, prepare):
    year = make_pair().line.values[-YEAR:]
    ours, theirs = tick.prepare_ours(year), prepare(year)
    for factor in (1.0, 0.9, 1.1, 1.0):
        np.testing.assert_allclose(theirs(year[-1] * factor), ours(year[-1] * factor), rtol=1e-9)


def test_what_cannot_be_imported_is_told_with_the_reason():
    reason = crowd.find_reason("no_such_library")
    assert reason == "absent: No module named 'no_such_library'"
    assert Entry("it", None, 1.0, reason).row(MILLISECONDS) == f"| it | {reason} | | |"


def test_a_ratio_is_of_ours():
    table = to_table("Title.", [Entry("ours", 0.002, 0.002), Entry("theirs", 0.05, 0.002, "note")], MILLISECONDS)
    assert table.splitlines()[0] == "Title."
    assert table.splitlines()[-1] == "| theirs | 50 ms | 25 | note |"


@pytest.mark.parametrize(
    ("aim", "row"),
    [
        (Aim("a", 20, 20, "x", at_least=True), "| a | 20 x | at least 20 x | held |"),
        (Aim("a", 19.9, 20, "x", at_least=True), "| a | 19.9 x | at least 20 x | MISSED |"),
        (Aim("b", 99, 100, "µs", at_least=False), "| b | 99 µs | under 100 µs | held |"),
        (Aim("b", 100, 100, "µs", at_least=False), "| b | 100 µs | under 100 µs | MISSED |"),
    ],
)
def test_an_aim_is_held_or_missed(aim, row):
    assert aim.row() == row


def test_time_is_of_as_many_calls_as_wanted():
    calls = []
    assert time_seconds(lambda: calls.append(1), most=5) >= 0
    assert len(calls) == 5
    time_seconds(lambda: calls.append(1), seconds=0)
    assert len(calls) == 6


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks are asked of Linux")
def test_the_peak_of_memory_counts_what_a_library_allocates():
    """A panel of 16 MB: pandas holds several copies, ours little more than the closes themselves."""
    ours, pandas = (measure_peak(name, 1000, 2000) for name in (OURS_COLD, "plain pandas"))
    assert 0.9 < ours < 2 < pandas < 40


def test_made_prices_are_the_same_every_time():
    np.testing.assert_array_equal(make_closes(3, 50), make_closes(3, 50))
    days = make_days(300)
    assert len(np.unique(days)) == 300
    assert str(days[-1]) == "2026-11-19"


def test_growth_has_a_row_a_size_and_pictures():
    text = measure_growth((2, 5), (1, 2))
    assert [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")][2:] == [
        "2", "5", "1,000", "1,000",
    ]  # fmt: skip
    assert text.count("```") == 4


def test_a_picture_shows_each_curve_at_its_power_of_ten():
    costs = [(10, Cost(10, 10, 0.001, 1e-5)), (1000, Cost(1000, 10, 0.1, 1e-5))]
    rows = draw("symbols", costs)
    assert rows[0] == "```text"
    assert rows[-1] == "```"
    top = next(row for row in rows if row.startswith(" 100 ms"))
    assert top.rstrip("│ ").endswith("*")
    low = next(row for row in rows if row.startswith("0.01 ms"))
    assert low.count("o") > 40


def test_a_section_alone(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(SECTIONS, "imports", lambda: "## Imports")
    assert main(["--only", "imports", "--write", str(tmp_path / "figures.md")]) == 0
    written = (tmp_path / "figures.md").read_text()
    assert written.startswith("# Figures")
    assert written.endswith("\n## Imports\n")
    assert written in capsys.readouterr().out.replace("\n\n\n", "\n\n")
    with pytest.raises(SystemExit):
        main(["--only", "nothing"])
