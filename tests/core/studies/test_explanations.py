"""Every explanation ends with the measure itself, and tells inputs with their dates before it."""

import math
import re
from datetime import date

import numpy as np
import pytest
from study_lines import legs, walk
from study_panels import candles, given_of, make_panel
from study_world import PAIR, columns

from core.market.symbols import kind_of_subject
from core.studies.registry import STUDIES
from core.studies.study import Missing

SINCE = date(2019, 6, 3)
SMALL, LARGE = legs(1900, 1)
FACTORS = {name: closes for name, closes in columns(1900).items() if name not in PAIR.split("/")}
PANEL = make_panel({"IWM": candles(1900, 7), "SMALL": SMALL, "LARGE": LARGE, "OTHER": walk(1900, 3), **FACTORS})
SHORT = make_panel({"IWM": candles(9, 7), "SMALL": SMALL[:9], "LARGE": LARGE[:9]})
EXPLAINED = [study for study in STUDIES if study.explain]
CASES = [
    pytest.param(study, subject, definition.name, id=f"{subject}.{definition.name}")
    for study in EXPLAINED
    for subject in ("IWM", "SMALL/LARGE")
    for definition in study.definitions(kind_of_subject(subject))
]


def is_same(left, right):
    both_nan = isinstance(left, float) and isinstance(right, float) and math.isnan(left) and math.isnan(right)
    return left == right or both_nan


@pytest.mark.parametrize(("study", "subject", "name"), CASES)
def test_the_last_step_is_the_measure(study, subject, name):
    for panel in (PANEL, SHORT):
        given = given_of(panel, subject, SINCE)
        result = study.calculate(given)[name]
        steps = study.explain(given, name)
        assert is_same(steps[-1].result, result)
        assert steps[-1].unit == next(d.unit for d in study.definitions(kind_of_subject(subject)) if d.name == name)
        for step in steps:
            assert step.text
            assert not isinstance(step.result, np.generic), step
        if not isinstance(result, Missing):
            assert len(steps) > 1, "a number comes from something"
            told = " ".join(f"{step.text} {step.result}" for step in steps)
            assert re.search(r"\d{4}-\d\d-\d\d", told), told
