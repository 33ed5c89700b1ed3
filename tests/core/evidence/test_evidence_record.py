"""The whole record of a panel: what it rests on, plain numbers, reasons, the same twice, the short form."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from evidence_worlds import cut, given_states, legs, line_of, ratio_line, signal_of, weekdays
from msgspec import structs

from core.config import load_settings
from core.evidence.build import build_pair, build_record, list_episodes
from core.evidence.economy_signals import ECONOMY_SIGNALS
from core.evidence.forward import HORIZONS
from core.evidence.ground import Ground, build_ground
from core.evidence.ledger import count_pair_tests, count_tests, digest_registry
from core.evidence.record import KINDS, LISTED, SCHEMA, Evidence, Outcome
from core.evidence.signals import SIGNALS
from core.evidence.words import say_short
from core.market.panel import Panel

AT = datetime(2026, 2, 28, 12, tzinfo=UTC)
SETTINGS = load_settings()
COUNT = 1500
PAIR = "IWM/SPY"


def panel_of(small, large, *, provisional=False, key="k1"):
    closes = np.column_stack((small, large))
    sessions = weekdays(len(closes))
    return Panel(
        symbols=("IWM", "SPY"), sessions=sessions,
        closes_at=sessions.astype("datetime64[s]") + np.timedelta64(21, "h"),
        adj=closes, close=closes, open_=closes, high=closes, low=closes, volume=np.full(closes.shape, 1e6),
        provisional=np.full(2, provisional), last_price=closes[-1], price_at=(None, None), quality={},
        half_days=np.zeros(len(closes), np.bool_), key=key,
    )  # fmt: skip


PANEL = panel_of(*legs(COUNT, 8))


@pytest.fixture(scope="module")
def record():
    return build_record(PANEL, SETTINGS, [PAIR, "AAA/BBB"], AT)


def test_what_it_rests_on(record):
    assert (record.schema, record.at, record.data) == (SCHEMA, AT, "k1")
    assert record.registry == digest_registry()
    assert record.tests == count_tests([PAIR, "AAA/BBB"])
    pair = record.pairs[0]
    assert (pair.pair, pair.sessions, pair.tests) == (PAIR, COUNT, count_pair_tests())
    assert (pair.first, pair.last) == (str(PANEL.sessions[0]), str(PANEL.sessions[-1]))
    assert [one.name for one in pair.signals] == list(SIGNALS)


def test_a_pair_that_the_data_do_not_have_says_so(record):
    assert record.pairs[1].signals == ()
    assert record.pairs[1].reason == "no two sessions of AAA/BBB in the data"


WITHOUT_PRICES = {"narrow_rotation", *(signal.name for signal in ECONOMY_SIGNALS)}
"""They need constituents, or the economy, which this market has not."""


def test_every_signal_answers_at_every_horizon_or_says_why_not(record):
    wanted = {(kind, horizon) for kind in KINDS for horizon in HORIZONS}
    for signal in record.pairs[0].signals:
        if signal.reason:
            assert signal.name in WITHOUT_PRICES
            continue
        assert {(one.kind, one.horizon) for one in signal.outcomes} == wanted
        assert signal.is_on is not None
        for one in signal.outcomes:
            check_outcome(one)


def check_outcome(one: Outcome):
    assert (one.grade == "none") == (one.n_episodes < 10)
    assert bool(one.reason) == (one.n_episodes < 10)
    assert len(one.episodes) == min(one.n_episodes, LISTED)
    if one.grade == "none":
        assert (one.p, one.q, one.low, one.high) == (None,) * 4
    elif one.p is not None:
        assert 0.0 < one.p <= 1.0
        assert one.q >= one.p * 0.999 or one.p <= 10 / one.n_shifts
        assert one.low <= one.high
        assert 0.0 <= one.hit_low <= one.hit_rate <= one.hit_high <= 1.0
    if one.n_episodes:
        assert one.quantiles[0] <= one.median <= one.quantiles[-1]
        assert one.adverse <= 0.0
        none = {name for name in one.__struct_fields__ if getattr(one, name) is None}
        silent = {"low", "high", "p", "q", "p_max", "newey_west_t"} if one.reason else set()
        assert none - silent == set(one.missing) - silent


def test_nothing_is_nan_and_json_keeps_all(record):
    data = msgspec.json.encode(record)
    assert msgspec.json.decode(data, type=Evidence) == record
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=Evidence) == record

    def walk(value):
        if isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one)
        elif isinstance(value, float):
            assert math.isfinite(value)

    walk(msgspec.to_builtins(record))


def test_the_same_data_give_the_same_record(record):
    assert build_record(PANEL, SETTINGS, [PAIR, "AAA/BBB"], AT) == record


def test_other_data_draw_other_numbers_for_the_intervals_alone(record):
    other = build_record(replace(PANEL, key="k2"), SETTINGS, [PAIR], AT).pairs[0]
    pairs = [
        (a, b)
        for one, two in zip(record.pairs[0].signals, other.signals, strict=True)
        for a, b in zip(one.outcomes, two.outcomes, strict=True)
    ]
    assert any(a.low != b.low for a, b in pairs)
    assert all(structs.replace(a, low=b.low, high=b.high) == b for a, b in pairs)


def test_the_running_session_is_not_evidence(record):
    """A provisional row, however far it jumps, changes nothing."""
    small, large = legs(COUNT, 8)
    running = panel_of(np.append(small, 9 * small[-1]), np.append(large, large[-1]), provisional=True)
    with_row = replace(running, completed=PANEL)
    assert build_record(with_row, SETTINGS, [PAIR, "AAA/BBB"], AT) == record
    assert len(build_ground(with_row, PAIR)) == COUNT


def test_progress_is_told():
    told = []
    build_record(PANEL, SETTINGS, ["AAA/BBB", "CCC/DDD"], AT, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize("count", [2, 3, 21, 64, 130, 253, 300, 520])
def test_short_histories_say_that_their_windows_are_not_full(count):
    line = cut(line_of(*legs(600, 3)), count)
    record = build_pair(Ground(line), list(SIGNALS.values()), "k", 4752)
    reasons = [one.reason for one in record.signals if one.name != "narrow_rotation"]
    if count < 21:
        assert f"its windows are not full: the pair has {count} sessions" in reasons
    for one in record.signals:
        for outcome in one.outcomes:
            check_outcome(outcome)
    msgspec.json.encode(record)


def test_prices_that_stand_still():
    record = build_pair(Ground(ratio_line(np.zeros(400))), list(SIGNALS.values()), "k", 4752)
    for one in record.signals:
        assert one.sharpe is None or one.name == "narrow_rotation"
        for outcome in one.outcomes:
            check_outcome(outcome)
            assert outcome.grade in ("C", "none")


def test_a_signal_that_always_holds_has_no_p():
    signal = signal_of(given_states, states=str(list(range(400))))
    line = line_of(*legs(400, 3))
    out = {(o.kind, o.horizon): o for o in build_pair(Ground(line), [signal], "k", 9).signals[0].outcomes}["state", 5]
    assert out.n_episodes >= 10
    assert (out.p, out.q, out.p_max, out.newey_west_t) == (None,) * 4
    assert "always holds" in out.missing["p"]
    assert out.difference == pytest.approx(0.0, abs=1e-15)


def test_a_ratio_below_zero_has_no_logarithm():
    small, large = legs(300, 3)
    small[100] = -0.1  # as a yield may be
    record = build_pair(Ground(line_of(small, large)), list(SIGNALS.values()), "k", 9)
    assert record.reason == "no logarithm of a ratio of zero or less"


def test_all_episodes_can_be_listed(record):
    signal = next(s for s in record.pairs[0].signals if s.name == "trend_20_up")
    one = next(o for o in signal.outcomes if (o.kind, o.horizon) == ("state", 5))
    listed = list_episodes(build_ground(PANEL, PAIR), SIGNALS["trend_20_up"], "state", 5)
    assert len(listed) == one.n_episodes > LISTED
    assert listed[-LISTED:] == one.episodes
    assert list_episodes(build_ground(PANEL, PAIR), SIGNALS["narrow_rotation"], "state", 5) == ()
    assert record.find(PAIR, "trend_20_up") is signal
    assert record.find(PAIR, "nothing") is None


def outcome_of(**fields):
    base = {"kind": "entry", "horizon": 60, "n_days": 50, "n_events": 12, "n_open": 0, "n_episodes": 12, "grade": "C"}
    return Outcome(**{**base, "median": 0.01849, "as_claimed": True, **fields})


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "12 episodes, +1.8 % median in 60 sessions, grade C"),
        ({"median": -0.0004}, "12 episodes, -0.0 % median in 60 sessions, grade C"),
        ({"n_episodes": 4, "grade": "none"}, "insufficient: 4 episodes"),
        ({"n_episodes": 1, "grade": "none"}, "insufficient: 1 episode"),
        ({"n_episodes": 0, "grade": "none", "median": None}, "insufficient: 0 episodes"),
        (
            {"grade": "B", "as_claimed": False},
            "12 episodes, +1.8 % median in 60 sessions, grade B, against what it says",
        ),
        ({"grade": "C", "as_claimed": False}, "12 episodes, +1.8 % median in 60 sessions, grade C"),
    ],
)
def test_the_short_form(fields, text):
    assert say_short(outcome_of(**fields)) == text
