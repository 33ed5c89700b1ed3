"""The lifecycle: tables worked by hand, and what no path of a measure can make it do."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.rules.lifecycle import NEVER, State, Tempo, advance, run, start

DEFAULT = Tempo(confirm=(1, 1, 2, 2), release=3, cooldown=5)


def fold(tempo, entered, held):
    """Close by close."""
    state, states = start(tempo), []
    for one, other in zip(entered, held, strict=True):
        state = advance(state, tempo, one, max(one, other))
        states.append(state)
    return states


def digits(text):
    return [int(digit) for digit in text]


@pytest.mark.parametrize(
    ("entered", "held", "steps"),
    [
        ("0122", "0122", "0122"),  # info and watch at once
        ("0330", "0330", "0233"),  # warn at its second close; the first is a watch already
        ("0404", "0404", "0222"),  # two closes that are not in a row confirm nothing
        ("044", "044", "024"),  # several steps up at once
        ("044000000000000", "044000000000000", "024443332221110"),  # down one at a time, three closes each
        ("0200010000", "0200010000", "0222111100"),  # entered again on the way down
        ("0200000", "0211100", "0222111"),  # under the exit of watch, not under that of info
        ("0222", "0222", "0222"),
        ("02000", "02222", "02222"),  # not entered any more, and not past the exit: held
        ("0200200", "0200200", "0222222"),  # two closes beyond the exit are not three
    ],
)
def test_by_hand(entered, held, steps):
    states = fold(DEFAULT, digits(entered), digits(held))
    assert "".join(str(state.step) for state in states) == steps


def test_the_way_down_by_hand():
    """critical (4) is reached at the second close; then nothing is held: 4 4 4 until the third close beyond, then 3."""
    states = fold(DEFAULT, digits("044000000"), digits("044000000"))
    assert [state.step for state in states] == digits("024443332")
    assert [state.falling for state in states] == digits("000120120")
    assert states[-1].changed == 8
    assert states[-1].begun == (1, 1, 2, 2)
    assert states[-1].left == (8, 8, 7, 4)


def test_without_hysteresis_all_ends_at_once():
    tempo = Tempo(confirm=(1, 1, 1), release=0, cooldown=5)
    states = fold(tempo, digits("012301"), digits("012301"))
    assert [state.step for state in states] == digits("012301")


def test_a_level_left_a_short_while_ago_is_quiet():
    for gap, quiet in ((5, True), (6, False)):
        entered = [1, 0, 0, 0, *[0] * (gap - 2), 1]  # in force at closes 0 to 2, again `gap` + 0 closes after the last
        states = fold(Tempo((1,), 3, 5), entered, entered)
        assert states[-1].changed - 2 == gap
        assert states[-1].quiet is quiet
    assert not fold(DEFAULT, [1], [1])[-1].quiet  # the first time


@st.composite
def paths(draw):
    top = draw(st.integers(1, 4))
    confirm = tuple(draw(st.lists(st.integers(1, 4), min_size=top, max_size=top)))
    tempo = Tempo(confirm, draw(st.integers(0, 4)), draw(st.integers(0, 8)))
    # A random walk of steps, or wild ones: both come and go.
    moves = draw(st.lists(st.integers(-1, 1) if draw(st.booleans()) else st.integers(-top, top), max_size=80))
    entered = np.clip(np.cumsum(moves), 0, top).astype(np.int8)
    more = draw(st.lists(st.integers(0, top), min_size=len(entered), max_size=len(entered)))
    return tempo, entered, np.maximum(entered, np.minimum(entered + np.array(more, np.int8), top)).astype(np.int8)


@settings(max_examples=400, deadline=None)
@given(paths())
def test_in_one_go_is_session_by_session(path):
    tempo, entered, held = path
    steps, state = run(tempo, entered, held)
    states = fold(tempo, entered.tolist(), held.tolist())
    assert steps.tolist() == [one.step for one in states]
    assert state == (states[-1] if states else start(tempo))


@settings(max_examples=200, deadline=None)
@given(paths(), st.data())
def test_the_future_changes_nothing(path, data):
    tempo, entered, held = path
    cut = data.draw(st.integers(0, len(entered)))
    whole, _ = run(tempo, entered, held)
    part, state = run(tempo, entered[:cut], held[:cut])
    assert whole[:cut].tolist() == part.tolist()
    for one, other in zip(entered[cut:].tolist(), held[cut:].tolist(), strict=True):
        state = advance(state, tempo, one, other)
    assert state == run(tempo, entered, held)[1]


@settings(max_examples=200, deadline=None)
@given(paths())
def test_it_goes_down_one_step_at_a_time_and_never_flaps_faster_than_it_may(path):
    tempo, entered, held = path
    if tempo.release == 0:
        tempo = Tempo(tempo.confirm, 1, tempo.cooldown)
    steps = run(tempo, entered, held)[0].tolist()
    changes = [at for at in range(1, len(steps)) if steps[at] != steps[at - 1]]
    for at in changes:
        before, after = steps[at - 1], steps[at]
        if after < before:
            assert after == before - 1
            # The step was in force for that long, and every one of those closes was beyond its exit.
            assert steps[max(0, at - tempo.release) : at] == [before] * min(at, tempo.release)
            assert (held[at - tempo.release + 1 : at + 1] < before).all()
        else:
            assert (entered[at - tempo.confirm[after - 1] + 1 : at + 1] >= after).all()
    for down, up in pairwise(changes):
        if steps[down] < steps[down - 1] <= steps[up]:
            assert up - down >= tempo.confirm[steps[up] - 1]


def test_nothing_happens_without_an_entry():
    steps, state = run(DEFAULT, np.zeros(300, np.int8), np.zeros(300, np.int8))
    assert not steps.any()
    assert (state.changed, state.begun, state.closes) == (NEVER, (NEVER,) * 4, 300)
    assert isinstance(state, State)
