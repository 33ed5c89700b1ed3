"""The claims' files: the shipped one whole, a person's own over it, and a sentence for each thing that is wrong."""

import tomllib

import pytest
from claim_world import SETTINGS, with_claims

from core.claims.claim import Condition, Figure, Forecast
from core.claims.read import load_claims, shipped_claims, take_stamp
from core.config import load_settings
from core.errors import ConfigError

GOOD = """
[mine]
kind = "figure"
says = "Small caps gained five points more in a month"
who = "a newsletter"
said = 2026-02-13
claimed = 0.05
tolerance = 0.005
of = "IWM/SPY.gap_20d"
"""
ABOUT = (
    *("A1", "A3", "A4", "A5", "B1", "C1", "C2", "F1", "F2", "F3", "F4", "F5", "F6", "F8", "E1", "E4", "G1", "G4"),
    *("H1", "H2", "H3", "R2", "R3", "R4", "R6", "I1", "G7", "J1", "J2", "J3"),
)


def load(tmp_path, text, *, shipped=False):
    file = tmp_path / "claims.toml"
    file.write_text(text)
    return load_claims(with_claims(file=str(file), shipped=shipped))


def test_every_shipped_claim_is_read():
    book = load_claims(SETTINGS)
    assert not book.problems
    assert list(book.claims) == list(tomllib.loads(shipped_claims().read_text("utf-8")))
    assert {claim.about for claim in book.claims.values()} >= set(ABOUT)
    assert {type(claim) for claim in book.claims.values()} == {Figure, Condition, Forecast}
    assert not book.own


def test_ones_own_are_added_and_replace_by_name(tmp_path):
    text = GOOD + GOOD.replace("[mine]", "[streak_14_since_1996]").replace("five points", "nothing")
    book = load(tmp_path, text, shipped=True)
    assert not book.problems
    assert book.own == {"mine", "streak_14_since_1996"}
    assert len(book.claims) == len(load_claims(SETTINGS).claims) + 1
    assert book.claims["streak_14_since_1996"].says == "Small caps gained nothing more in a month"


def test_without_the_shipped_ones(tmp_path):
    book = load(tmp_path, GOOD)
    assert list(book.claims) == ["mine"]
    mine = book.claims["mine"]
    assert isinstance(mine, Figure)
    assert (mine.claimed, mine.said) == ((0.05,), "2026-02-13")


WRONG = {
    "tolerence = 0.1": 'no such key; did you mean "tolerance"?',
    'kind = "figures"': 'expected one of figure, condition, forecast (did you mean "figure"?)',
    "claimed = true": "expected a number, what a date begins with",
    "claimed = [0.05, 0.06]": "expected 2, one for each number claimed",
    "tolerance = -1": "expected a number of zero or more",
    'said = "last week"': "expected a day, a month or a year",
    'said = "2026-02-31"': "expected a day of the calendar",
    'of = "IWM/SPY.gap_20"': "IWM/SPY has no measure gap_20 (did you mean IWM/SPY.gap_20d?)",
    'of = "IWM/SPI.gap_20d"': 'SPI is not watched; name it in [universe] symbols (did you mean "SPY"?)',
    'of = "import os"': "is not understood",
    'of = "IWM/SPY.gap_20d > 5%"': "expected a number",
    'on = ["2026-02-13", "2026-01-13"]': "expected a span from the first to the last day",
    'on = ["2024-02-13", "2026-01-13"]': "of at most 400 days",
    'since = "top 2021"': 'or "peak 2021"',
    'since = ["peak 2021", "2022-01-01"]': "expected one peak, or the first and last day of a span",
    'adds_up = "IWM/SPY.gap_20d"': "expected numbers alone",
    'unit = "percent"': 'expected one of "fraction"',
    'other = "no"': "expected tables [[NAME.other]]",
}


@pytest.mark.parametrize(("line", "told"), WRONG.items(), ids=WRONG)
def test_a_wrong_claim_is_told_and_the_others_stay(tmp_path, line, told):
    key = line.partition(" ")[0]
    kept = "\n".join(row for row in GOOD.splitlines() if not row.startswith(f"{key} "))
    book = load(tmp_path, kept.replace("[mine]", "[wrong]") + f"\n{line}\n" + GOOD)
    assert list(book.claims) == ["mine"]
    (problem,) = book.problems
    blamed = "of" if key == "claimed" and "[" in line else key
    assert problem.startswith(f"{tmp_path}/claims.toml: [wrong] {blamed} = ")
    assert told in problem
    assert problem.endswith(".")


def test_what_is_missing_is_named(tmp_path):
    book = load(tmp_path, GOOD.replace('who = "a newsletter"\n', "") + GOOD.replace("[mine]", "[other]"))
    assert list(book.claims) == ["other"]
    assert book.problems == (f"{tmp_path}/claims.toml: [mine] who is missing: expected a text in quotes.",)


@pytest.mark.parametrize(
    ("content", "told"), [(b"[mine", "not TOML"), (b"a = 1", "a claim is a table"), (b"\xff\xfe", "not UTF-8 text")]
)
def test_a_broken_file_leaves_the_shipped_ones(tmp_path, content, told):
    file = tmp_path / "claims.toml"
    file.write_bytes(content)
    book = load_claims(with_claims(file=str(file)))
    assert len(book.problems) == 1
    assert told in book.problems[0]
    assert len(book.claims) == len(load_claims(SETTINGS).claims)


def test_a_file_that_is_not_there(tmp_path):
    (problem,) = load_claims(with_claims(file=str(tmp_path / "none.toml"), shipped=False)).problems
    assert "the claims cannot be read: No such file" in problem


def test_other_readings_are_checked_too(tmp_path):
    text = GOOD + '[[mine.other]]\nread_as = "otherwise"\nof = "IWM/SPY.gap_2d"\n'
    (problem,) = load(tmp_path, text).problems
    assert "[mine.other] of" in problem


def test_a_measure_that_is_not_there_yet_needs_a_reason(tmp_path):
    text = GOOD.replace("gap_20d", "moon_phase")
    assert load(tmp_path, text).problems
    assert not load(tmp_path, f'{text}needs = "the moon"\n').problems


def test_text_that_steers_a_terminal_is_taken_out(tmp_path):
    text = GOOD.replace("five points", "\\u001b[2Jfive").replace("a newsletter", "\\u202ea")
    claim = load(tmp_path, text + 'read_as = "\\u0007so"\nnames = ["\\u009bx"]\n').claims["mine"]
    assert isinstance(claim, Figure)
    for told in (claim.says, claim.who, claim.read_as, *claim.names):
        assert told.isprintable()
        assert "\ufffd" in told


def test_the_stamp_changes_with_the_file(tmp_path):
    file = tmp_path / "claims.toml"
    settings = with_claims(file=str(file))
    before = take_stamp(settings)
    file.write_text(GOOD)
    assert take_stamp(settings) != before


def test_the_setting_is_a_path(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[claims]\nfile = "claims.toml"\n')
    with pytest.raises(ConfigError, match="expected a file, from / or ~ on"):
        load_settings(file)
