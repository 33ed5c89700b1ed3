"""One lifecycle for all rules: up at once, down a step at a time, frozen while the data is not good [§0.7].

A rule says of each close the highest step that its measure has entered and the highest whose exit it has not passed.
`advance` makes one close of that; `run` a whole history at once, and arrives at the same. Both are pure functions of
what was given, so that a restart changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Steps = NDArray[np.int8]
    Mask = NDArray[np.bool_]

NEVER = -1


class Tempo(Struct, frozen=True):
    """How many closes a change takes; `confirm` has one number a step, the mildest first."""

    confirm: tuple[int, ...]
    release: int
    """Closes in a row beyond the exit until a step is left; 0: all that is not held is left at once."""
    cooldown: int
    """Sessions after a level was left in which to be there again is no news."""


class State(Struct, frozen=True):
    """Where a warning stands after some closes; closes are counted from 0, steps from 1 (0: nothing)."""

    closes: int
    """Good closes so far."""
    step: int
    rising: tuple[int, ...]
    """For each step the closes in a row that entered it, no more than it needs."""
    falling: int
    """Closes in a row beyond the exit of the present step."""
    begun: tuple[int, ...]
    """For each step the close with which it, or a higher one, was last taken."""
    left: tuple[int, ...]
    """For each step the last close at which it, or a higher one, was in force."""
    changed: int = NEVER
    """The close of the last change."""
    quiet: bool = False
    """The present step was in force a short while ago: no news."""


def start(tempo: Tempo) -> State:
    """Before the first close."""
    count = len(tempo.confirm)
    never = (NEVER,) * count
    return State(closes=0, step=0, rising=(0,) * count, falling=0, begun=never, left=never)


def advance(state: State, tempo: Tempo, entered: int, held: int) -> State:
    """The state after one more good close; `held` is `entered` or more."""
    rising = tuple(
        min(count + 1, needed) if entered > below else 0
        for below, (count, needed) in enumerate(zip(state.rising, tempo.confirm, strict=True))
    )
    reached = max((k for k, needed in enumerate(tempo.confirm, 1) if rising[k - 1] >= needed), default=0)
    falling = state.falling + 1 if held < state.step else 0
    step = state.step
    if reached > step:
        step = reached
    elif falling and falling >= tempo.release:
        step = step - 1 if tempo.release else held
    return _move(replace(state, rising=rising, falling=falling), tempo, step)


def _move(state: State, tempo: Tempo, step: int) -> State:
    """One close on, at `step`."""
    at, before = state.closes, state.step
    after = replace(
        state,
        closes=at + 1,
        step=step,
        begun=tuple(at if before < k <= step else begun for k, begun in enumerate(state.begun, 1)),
        left=tuple(at if k <= step else left for k, left in enumerate(state.left, 1)),
    )
    if step == before:
        return after
    quiet = step > before and _is_soon(state.left[step - 1], at, tempo)
    return replace(after, changed=at, falling=0, quiet=quiet)


def _is_soon(left: int, at: int, tempo: Tempo) -> bool:
    return left != NEVER and at - left <= tempo.cooldown


def run(tempo: Tempo, entered: Steps, held: Steps) -> tuple[Steps, State]:
    """The step at every close of a history without bad data, and the state after the last.

    A step is in force from the close that raised it (or a higher one) to the one that lowered it: the last of the two
    decides, which needs no walk. The closes that lower it count from the one that left the step above.
    """
    import numpy as np

    nothing = np.zeros(len(entered), np.bool_)
    forces: list[Mask] = []
    raised, above, highest = nothing, nothing, int(entered.max(initial=0))
    for step in range(len(tempo.confirm), 0, -1):
        force = nothing
        if step <= highest:
            raised = raised | _lasting(entered >= step, tempo.confirm[step - 1])
            beyond = held < step
            if tempo.release:
                beyond[1:] &= ~above[:-1]
            force = _latch(raised, _lasting(beyond, max(tempo.release, 1)))
        forces.insert(0, force)
        above = force
    steps = np.zeros(len(entered), np.int8)
    for force in forces[:highest]:
        steps += force
    return steps, _end(tempo, entered, held, steps)


def _lasting(mask: Mask, count: int) -> Mask:
    """Where `mask` is true and was at the `count - 1` before."""
    found = mask
    for back in range(1, count):
        found = found.copy() if found is mask else found
        found[back:] &= mask[:-back]
        found[:back] = False
    return found


def _latch(on: Mask, off: Mask) -> Mask:
    """True from an `on` to the close before the next `off`; they never coincide."""
    import numpy as np

    last = np.maximum.accumulate((on | off) * np.arange(len(on), dtype=np.int32))
    return on.take(last)


def _end(tempo: Tempo, entered: Steps, held: Steps, steps: Steps) -> State:
    """The state after the last close."""
    count, top = len(steps), len(tempo.confirm)
    state = replace(start(tempo), closes=count, rising=_count_rising(tempo, entered))
    changed = _find_last(steps[1:] != steps[:-1]) + 1
    if not changed and not (count and steps[0]):
        return state
    step, falling = int(steps[-1]), 0
    while step and falling < min(tempo.release, count - 1 - changed) and held[count - 1 - falling] < step:
        falling += 1
    left = tuple(_find_last(steps >= k) for k in range(1, top + 1))
    begun = tuple(_find_last(steps[: end + 1] < k) + 1 if end != NEVER else NEVER for k, end in enumerate(left, 1))
    rose = step and begun[step - 1] == changed
    gone = _find_last(steps[:changed] >= step)
    return replace(
        state,
        step=step,
        falling=falling,
        begun=begun,
        left=left,
        changed=changed,
        quiet=bool(rose and _is_soon(gone, changed, tempo)),
    )


def _find_last(mask: Mask) -> int:
    """The index of the last that is true, NEVER where none is."""
    back = int(mask[::-1].argmax()) if len(mask) else 0
    return len(mask) - 1 - back if len(mask) and mask[len(mask) - 1 - back] else NEVER


def _count_rising(tempo: Tempo, entered: Steps) -> tuple[int, ...]:
    """For each step how many of the last closes in a row entered it, no more than it needs."""
    last = entered[-max(tempo.confirm) :].tolist()[::-1]
    counts = []
    for step, needed in enumerate(tempo.confirm, 1):
        others = (back for back, one in enumerate(last[:needed]) if one < step)
        counts.append(next(others, min(needed, len(last))))
    return tuple(counts)
