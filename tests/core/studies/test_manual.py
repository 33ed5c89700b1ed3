"""docs/measures.md is what the code says, and it names every address there can be."""

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.config import load_settings, shipped_file
from core.engine.spec import EngineSpec
from core.market.symbols import SubjectKind, kind_of_subject
from core.once.snapshot import take_snapshot
from core.studies.citations import CITATIONS
from core.studies.manual import LETTERS, build_manual, collapse
from core.studies.registry import STUDIES, definitions

DOCUMENT = Path(__file__).parents[3] / "docs" / "measures.md"
RULES = tomllib.loads(shipped_file().read_text("utf-8"))["rules"]


def addresses_in(text):
    """`S.name`, `P.name` and `US.name` of the tables' first column, braces written out."""
    found = set()
    for address in re.findall(r"^\| `((?:S|P|US)\.\S+)` \|", text, re.MULTILINE):
        before, brace, rest = address.partition("{")
        inside, _, after = rest.partition("}")
        found |= {before + one + after for one in inside.split(",")} if brace else {address}
    return found


def test_the_document_in_the_checkout_is_what_the_code_gives():
    assert DOCUMENT.read_text("utf-8") == build_manual(RULES), "run `make docs`"


def test_it_names_every_definition_and_nothing_else():
    defined = {f"{LETTERS[kind]}.{name}" for kind in SubjectKind for name in definitions(kind)}
    assert addresses_in(build_manual(RULES)) == defined


def test_every_address_of_a_snapshot_is_in_it(tmp_path):
    named = addresses_in(DOCUMENT.read_text("utf-8"))
    spec = EngineSpec(source="simulated", data_dir=str(tmp_path))
    clock = ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    snapshot = take_snapshot(spec, load_settings(shipped_file()), since=date(2025, 12, 31), clock=clock)
    assert len(snapshot.measures) > 1000
    for address in snapshot.measures:
        subject, _, name = address.rpartition(".")
        assert f"{LETTERS[kind_of_subject(subject)]}.{name}" in named, address


@pytest.mark.parametrize("kind", SubjectKind)
def test_every_source_of_a_definition_is_told(kind):
    for definition in definitions(kind).values():
        for source in definition.source.split(", "):
            assert source in CITATIONS, definition.name


def test_every_threshold_is_told_with_its_default():
    text = build_manual({**RULES, "streak": {**RULES["streak"], "watch": 11}})
    for table in RULES.values():
        assert all(f"| `{key}` | " in text for key in table)
    assert "| `watch` | `11` | a whole number from 1 to 10000 |" in text


def test_a_row_stands_for_names_that_differ_in_numbers_alone():
    text = build_manual(RULES)
    assert "| `P.beta_{60,252}d` | ratio | covariance over large's variance of n simple returns | A8 |" in text
    # The year of annualising is not the window.
    assert (
        "| `S.volatility_{20,63,252}d` | fraction | sample deviation of n log returns times the root of 252 |" in text
    )
    # Another band is another row.
    assert "| `S.trend_{20,50}` | state | up once price is over sma_n by 0.5 %" in text
    assert "| `S.trend_{100,200}` | state | up once price is over sma_n by 1 %" in text
    assert "that would change cross_n_m |" in text


def test_collapsed_names_keep_what_is_around_the_numbers():
    assert collapse(["gap_1d", "gap_252d"]) == "gap_{1,252}d"
    assert collapse(["cross_20_50_flip", "cross_50_200_flip"]) == "cross_{20_50,50_200}_flip"


def test_every_study_has_a_topic():
    text = build_manual(RULES)
    assert text.count("\n### ") == len(STUDIES) + len(RULES)
