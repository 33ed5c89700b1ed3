"""Dimensions and horizons from measures: places, weights, coverage, drivers, conflicts, and what is never made up."""

from datetime import UTC, datetime

import numpy as np
import pytest
from msgspec import structs

from core.config import load_settings, shipped_file
from core.evidence.findings import Known
from core.judgement.components import DIMENSIONS, HORIZONS, Component, Question, fill
from core.judgement.outlook import build_outlook
from core.judgement.places import Place, list_components, settle_places
from core.judgement.turns import list_turns
from core.judgement.verdicts import TOO_LITTLE, build_verdict, say_sample
from core.market.symbols import kind_of_subject
from core.rules import read_rules
from core.rules.lifecycle import Tempo, start
from core.rules.settled import Path
from core.snapshot import Measure
from core.studies.registry import definitions

AT = datetime(2026, 2, 27, 21, tzinfo=UTC)
PAIR = "IWM/SPY"
RULES = read_rules(load_settings(shipped_file()).rules)
RANK, SCORE = (0.0, 1.0), "{pair}.a"


def reader(provisional: bool = False, **values: float | str | None):
    known = {
        f"{PAIR}.{name}": Measure(value, "", AT, provisional, None if value is not None else f"no {name}")
        for name, value in values.items()
    }
    return lambda address: known.get(address, Measure(None, "", None, reason="not computed"))


def ask(*components: Component, is_worst: bool = False) -> Question:
    return Question("q", "Q", components, is_worst)


def placed(name: str, good: int = 1, weight: float = 1.0) -> Component:
    return Component(f"{{pair}}.{name}", f"says {name}", good, weight, RANK)


def test_the_score_is_the_mean_by_weight_turned_to_be_good_for_small():
    question = ask(placed("a", 1, 3.0), placed("b", -1, 1.0))
    verdict = build_verdict(question, PAIR, reader(a=0.9, b=0.2), {})
    assert verdict.score == pytest.approx((3 * 90 + 80) / 4, abs=0.05)
    assert (verdict.stars, verdict.bias, verdict.coverage) == (5, 2, 1.0)
    assert [part.score for part in verdict.parts] == [90.0, 80.0]


def test_the_worst_counts_where_a_question_says_so():
    question = ask(placed("a", -1), placed("b", -1), is_worst=True)
    verdict = build_verdict(question, PAIR, reader(a=0.1, b=0.95), {})
    assert (verdict.score, verdict.stars, verdict.drivers) == (5.0, 1, (f"{PAIR}.b",))


@pytest.mark.parametrize(("weight", "stars"), [(1.5, 3), (1.4, None)])
def test_under_sixty_percent_of_the_weight_nothing_is_said(weight, stars):
    question = ask(placed("a", 1, weight), placed("b"))
    verdict = build_verdict(question, PAIR, reader(a=0.5, b=None), {})
    assert verdict.stars == stars
    assert verdict.coverage == pytest.approx(weight / (weight + 1))
    assert verdict.reason == ("" if stars else TOO_LITTLE)
    assert [(part.score, part.reason) for part in verdict.parts] == [(50.0, ""), (None, "no b")]


def test_a_measure_that_does_not_exist_yet_says_so_and_counts_when_it_is_there():
    question = ask(placed("a", 1, 3.0), placed("later"))
    before = build_verdict(question, PAIR, reader(a=0.5), {})
    assert (before.parts[1].reason, before.coverage) == ("not measured yet", 0.75)
    assert build_verdict(question, PAIR, reader(a=0.5, later=1.0), {}).coverage == 1.0


def test_a_place_in_its_own_past():
    question, past = ask(Component(SCORE, "a", 1)), Place([1.0, 2.0, 3.0, 4.0], np.full(252, 0.5))
    assert build_verdict(question, PAIR, reader(a=3.0), {f"{PAIR}.a": past}).score == 75.0
    now = build_verdict(question, PAIR, reader(True, a=3.0), {f"{PAIR}.a": past})
    assert (now.score, now.provisional) == (80.0, True), "four of five: today's is not in the past yet"
    alone = build_verdict(question, PAIR, reader(a=3.0), {})
    assert alone.parts[0].reason == "its own past is shorter than a year"


def test_what_is_beyond_the_ends_is_at_the_end():
    question = ask(Component(SCORE, "a", 1, 1.0, (-0.2, 0.2)))
    scores = [build_verdict(question, PAIR, reader(a=value), {}).score for value in (-1.0, -0.1, 0.0, 0.3)]
    assert scores == [0.0, 25.0, 50.0, 100.0]


@pytest.mark.parametrize(("beta", "score"), [(-0.02, 10.0), (0.02, 90.0), (None, None)])
def test_rates_are_good_or_bad_as_the_beta_says(beta, score):
    question = ask(Component(SCORE, "yields", 1, 1.0, RANK, "{pair}.beta"))
    verdict = build_verdict(question, PAIR, reader(a=0.9, beta=beta), {})
    assert verdict.score == score
    assert verdict.parts[0].reason == ("" if beta else "no beta")


def test_drivers_are_on_the_side_of_the_score_and_conflicts_clearly_against_it():
    question = ask(placed("a"), placed("b", 1, 2.0), placed("c"), placed("d"))
    verdict = build_verdict(question, PAIR, reader(a=0.99, b=0.9, c=0.3, d=0.35), {})
    assert verdict.drivers == (f"{PAIR}.b", f"{PAIR}.a")
    assert verdict.conflicts == (f"{PAIR}.c",), "15 points from the middle are not clear"
    low = build_verdict(question, PAIR, reader(a=0.9, b=0.05, c=0.1, d=0.5), {})
    assert (low.drivers, low.conflicts) == ((f"{PAIR}.b", f"{PAIR}.c"), (f"{PAIR}.a",))


def test_stars_are_held_at_an_edge_by_what_came_before():
    way = np.concatenate((np.full(200, 0.65), np.full(52, 0.59)))
    place = {f"{PAIR}.a": Place([], way)}
    verdict = build_verdict(ask(placed("a")), PAIR, reader(a=0.59), place)
    assert (verdict.score, verdict.stars) == (59.0, 4)
    assert (verdict.rises_at, verdict.falls_at) == (83.0, 57.0)
    assert build_verdict(ask(placed("a")), PAIR, reader(a=0.59), {}).stars == 3


class History:
    """One past for all, of so many values."""

    def __init__(self, count: int) -> None:
        self.days = np.datetime64("2020-01-01") + np.arange(count)
        self.values = np.random.default_rng(5).normal(size=count)

    def sessions(self, subject):
        return self.days

    def past(self, address, sessions):
        return self.values


def test_places_are_taken_at_each_close_from_what_was_known_then():
    history = History(600)
    place = settle_places(history, PAIR)[f"{PAIR}.gap_20d"]
    for back in (1, 100, 252):
        seen = history.values[: 601 - back]
        assert place.way[-back] == pytest.approx(np.mean(seen <= seen[-1]))
    assert place.rank(float(history.values[-1]), is_new=False) == place.way[-1]
    assert f"{PAIR}.gap_20d" not in settle_places(History(251), PAIR)


def test_every_component_is_a_measure():
    unknown = set()
    for component, address in list_components(PAIR):
        for one in (address, *([fill(component.turns_with, PAIR)] if component.turns_with else ())):
            subject, _, name = one.rpartition(".")
            if name not in definitions(kind_of_subject(subject)):
                unknown.add(one)
    assert not unknown


def test_the_dated_reference_is_shown_and_never_counted():
    assert [one.published for one in DIMENSIONS] == [5, 5, 4, 4, 4, 2]
    assert [one.published for one in HORIZONS] == [None] * 3


def test_of_few_independent_windows_nothing_is_told():
    assert say_sample(5340, 756) == "insufficient sample: 7 independent windows of 756 sessions, 10 are needed"
    assert say_sample(7560, 756) == ""


def path(rule: str, subject: str, value: float, step: int = 0) -> Path:
    state = structs.replace(start(Tempo((1, 1, 2), 3, 5)), step=step)
    days = np.array(["2026-02-27"], dtype="datetime64[D]")
    return Path(rule, subject, days, np.array([step], np.int8), np.array([value]), state, value, (1, 0, 0, 0), {})


def test_what_would_change_it_is_the_nearest_first():
    values = {"ratio": 0.40, "trend_50_turn": 0.396, "trend_50": "up", "trend_200_turn": 0.30, "trend_200": "up"}
    paths = [path("pullback", PAIR, -0.035, 1), path("pullback", "MDY/SPY", -0.02), path("trend_break", PAIR, 1.0, 1)]
    turns = list_turns(PAIR, reader(**values), RULES, paths)
    assert [(turn.text, turn.now, turn.at, round(turn.away, 4)) for turn in turns] == [
        ("IWM/SPY: its trend of 50 sessions turns down", 0.40, 0.396, -0.01),
        ("IWM/SPY: pullback rises to watch", -0.035, -0.04, -0.125),
        ("IWM/SPY: its trend of 200 sessions turns down", 0.40, 0.30, -0.25),
        ("IWM/SPY: pullback falls to ok", -0.035, -0.015, 1.3333),
    ]
    assert turns[1].address == "IWM/SPY.pullback_63d"


def test_a_level_whose_exit_is_passed_waits_for_closes():
    (first, *_) = list_turns(PAIR, reader(), RULES, [path("pullback", PAIR, -0.01, 1)])
    assert (first.text, first.away) == ("IWM/SPY: pullback falls to ok after 3 more closes", 0.0)


def test_a_threshold_that_is_passed_waits_for_something_else_and_is_no_turn():
    assert [t.text for t in list_turns(PAIR, reader(), RULES, [path("volatility_ratio", PAIR, 1.4)])] == []


def test_the_track_record_is_that_of_a_fixed_signal():
    known = Known({PAIR: {"trend_50_up": "12 episodes, grade C", "trend_50_down": "3 episodes"}})
    names = ("gap_20d", "gap_63d", "ratio_z_252d", "pullback_63d", "sma_50_change_20d")
    places = {f"{PAIR}.{name}": Place(list(map(float, range(100))), np.full(252, 0.9)) for name in names}
    values = dict.fromkeys(names, 95.0) | {"trend_50": "up", "crowding_score": 0.3}
    outlook = build_outlook(PAIR, reader(**values), places, RULES, [], known, 5340)
    short, middle, long = outlook.horizons
    assert (short.bias, short.evidence) == (2, "trend_50_up: 12 episodes, grade C")
    assert (middle.bias, middle.evidence) == (None, "")
    assert long.evidence.startswith("insufficient sample")
