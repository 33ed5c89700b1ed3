"""Sensitivity to yields that are published a session later: what FRED says gives what the same bars would give [E2]."""

import pytest
from study_panels import cut_rows, given_of
from study_world import PAIR, columns, world

from core.drivers import Drivers
from core.macro.catalogue import CATALOGUE
from core.macro.macro import Macro
from core.macro.series import build_series
from core.studies.sensitivity import SENSITIVITY
from core.studies.study import Missing

COLUMNS = columns()
WATCHED = world()
PANEL = world(DFII10=None, T10YIE=None)


def published(panel, names=("DFII10", "T10YIE")):
    known = {}
    for name in names:
        days = panel.sessions
        known[name] = build_series(name, days, CATALOGUE[name].release(days), COLUMNS[name])
    return Drivers(Macro(known))


def test_it_is_what_a_bar_a_session_before_gives():
    drivers = published(PANEL)
    found = SENSITIVITY.calculate(given_of(PANEL, PAIR, drivers=drivers))
    bars = SENSITIVITY.calculate(given_of(cut_rows(WATCHED, len(WATCHED.sessions) - 1), PAIR))
    for name in ("real_rate_beta_126d", "real_rate_beta_126d_se", "real_rate_beta_126d_t", "breakeven_beta_126d"):
        assert found[name] == pytest.approx(bars[name], rel=1e-9), name


def test_what_is_not_there_says_so_and_what_is_late_too():
    none = SENSITIVITY.calculate(given_of(PANEL, PAIR))["real_rate_beta_126d"]
    assert none == Missing("needs DFII10 of FRED: no source of economic series is set up here")
    late = Drivers(
        Macro({"DFII10": build_series("DFII10", PANEL.sessions[:-7], PANEL.sessions[1:-6], COLUMNS["DFII10"][:-7])})
    )
    told = SENSITIVITY.calculate(given_of(PANEL, PAIR, drivers=late))["real_rate_beta_126d"]
    assert isinstance(told, Missing)
    assert told.reason.startswith("DFII10 of FRED ends on ")


def test_an_explanation_tells_the_sessions_that_were_used():
    given = given_of(PANEL, PAIR, drivers=published(PANEL))
    steps = SENSITIVITY.explain(given, "real_rate_beta_126d")
    assert any(str(PANEL.sessions[-2]) in step.text for step in steps)
