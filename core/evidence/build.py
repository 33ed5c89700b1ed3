"""From the panel to the track record of every signal on every pair. Pure: no clock, no disk, the same data the same."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np
from msgspec.structs import replace

from core.breadth.fund import Breadth
from core.breadth.load import NOTHING_READ, to_funds
from core.evidence.code import digest_code
from core.evidence.events import to_events
from core.evidence.forward import HORIZONS, build_sample, to_forward
from core.evidence.ground import Ground, build_ground
from core.evidence.group import Measured, measure_group
from core.evidence.intervals import add_intervals
from core.evidence.judge import judge_all
from core.evidence.ledger import count_pair_tests, count_tests, digest_registry
from core.evidence.many import calc_deflated_sharpe, calc_expected_best, calc_sharpe
from core.evidence.outcome import History, Trial, count_events, tell_episodes
from core.evidence.record import KINDS, Episode, Evidence, Kind, Outcome, PairRecord, SignalRecord
from core.evidence.signal import Absent, Signal, States
from core.evidence.signals import SIGNALS
from core.market.bars import Floats
from core.market.panel import Panel
from core.settings import Settings

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""
Told = dict[str, States]


def build_record(
    panel: Panel,
    settings: Settings,
    pairs: Sequence[str],
    at: datetime,
    *,
    funds: Mapping[str, Breadth | str] = NOTHING_READ,
    signals: Sequence[Signal] = tuple(SIGNALS.values()),
    progress: Progress = lambda done, total: None,
) -> Evidence:
    """The evidence of `signals` on `pairs`, of completed sessions; `at` is when it was asked for."""
    known, tests = to_funds(settings, funds), count_tests(pairs)
    records = []
    for done, pair in enumerate(pairs):
        progress(done, len(pairs))
        records.append(build_pair(build_ground(panel, pair, known), signals, panel.key, tests))
    progress(len(pairs), len(pairs))
    return frame(records, (panel.completed or panel).key, tests, at)


def frame(records: Sequence[PairRecord], data: str, tests: int, at: datetime, label: str = "") -> Evidence:
    """Records of some pairs with what they rest on; `data` is the key of the panel, `label` that of its market."""
    return Evidence(
        label=label,
        at=at,
        registry=digest_registry(),
        data=data,
        code=digest_code(),
        tests=tests,
        pairs=tuple(records),
    )


def build_pair(ground: Ground, signals: Sequence[Signal], key: str, tests: int) -> PairRecord:
    """All signals on one pair; `tests` is how many were ever made of all pairs, `key` names the data."""
    sessions = ground.line.sessions
    reason = _find_reason(ground)
    if reason:
        return PairRecord(pair=ground.line.subject, sessions=len(sessions), tests=count_pair_tests(), reason=reason)
    read = {signal.name: signal.read(ground) for signal in signals}
    told = {name: states for name, states in read.items() if isinstance(states, States)}
    outcomes = _measure(ground, {s.name: s for s in signals}, told, f"{key} {ground.line.subject}")
    timings = {s.name: to_timing(ground, s, told[s.name]) for s in signals if s.name in told}
    best = _find_expected_best(timings, tests)
    return PairRecord(
        pair=ground.line.subject,
        sessions=len(sessions),
        first=str(sessions[0]),
        last=str(sessions[-1]),
        tests=count_pair_tests(),
        signals=tuple(
            _build_signal(ground, signal, read[signal.name], outcomes.get(signal.name, ()), timings, best)
            for signal in signals
        ),
    )


def _find_reason(ground: Ground) -> str:
    """Why nothing can be said of a pair at all."""
    if len(ground) < 2:
        return f"no two sessions of {ground.line.subject} in the data"
    return "" if float(ground.ratio.min()) > 0.0 else "no logarithm of a ratio of zero or less"


def _measure(ground: Ground, signals: Mapping[str, Signal], told: Told, seed: str) -> dict[str, list[Outcome]]:
    """The outcomes of every signal, by horizon and kind."""
    history = History(ground.log_ratio(), ground.line.sessions)
    measured: list[Measured] = []
    largest = []
    groups = {
        ends: [_to_trial(signals[name], told[name], kind) for name in names for kind in KINDS]
        for ends, names in _to_groups(told).items()
    }
    for sessions in HORIZONS:
        found = [measure_group(trials, *ends, sessions, history) for ends, trials in groups.items()]
        at_horizon = [one for members, _ in found for one in members]
        add_intervals(at_horizon, to_forward(history.logs, sessions), seed)
        measured += at_horizon
        largest += [most for _, most in found if most]
    outcomes = defaultdict(list)
    for one, outcome in zip(measured, judge_all(measured, largest, count_pair_tests()), strict=True):
        outcomes[one.trial.name].append(outcome)
    return outcomes


def _to_groups(told: Told) -> dict[tuple[int, int], list[str]]:
    groups = defaultdict(list)
    for name, states in told.items():
        groups[states.first, states.end].append(name)
    return groups


def _to_trial(signal: Signal, states: States, kind: Kind) -> Trial:
    entries = to_events(states.on, "entry")
    entries[: states.first + 1] = False  # what it was before its first session is unknown
    return Trial(signal.name, signal.direction, kind, states.on, entries)


def to_timing(ground: Ground, signal: Signal, states: States) -> Floats:
    """Log returns of being in small against large from the close at which the signal holds to the next one."""
    steps = np.diff(ground.log_ratio())[states.first : states.end]
    return steps * states.on[states.first : states.first + len(steps)] * signal.direction


def _find_expected_best(timings: Mapping[str, Floats], tests: int) -> float | None:
    sharpes = [sharpe for sharpe in map(calc_sharpe, timings.values()) if sharpe is not None]
    return calc_expected_best(float(np.var(sharpes, ddof=1)), tests) if len(sharpes) > 1 else None


def _build_signal(
    ground: Ground,
    signal: Signal,
    states: States | Absent,
    outcomes: Sequence[Outcome],
    timings: Mapping[str, Floats],
    best: float | None,
) -> SignalRecord:
    told = SignalRecord(
        name=signal.name,
        says=signal.says,
        direction=signal.direction,
        source=signal.source,
        horizon=signal.horizon,
        level=signal.level,
        note=signal.note,
        parameters=dict(signal.parameters),
    )
    if isinstance(states, Absent):
        return replace(told, reason=states.reason)
    count = len(ground)
    if states.first >= count:
        return replace(told, reason=f"its windows are not full: the pair has {count} sessions")
    is_on, since = _find_since(ground, states)
    return replace(
        told,
        is_on=is_on,
        since=since,
        first=str(ground.line.sessions[states.first]),
        sharpe=calc_sharpe(timings[signal.name]),
        deflated_sharpe=None if best is None else calc_deflated_sharpe(timings[signal.name], best),
        outcomes=tuple(outcomes),
    )


def _find_since(ground: Ground, states: States) -> tuple[bool | None, str | None]:
    if states.end < len(ground):
        return None, None
    off = np.flatnonzero(~states.on[states.first :])
    if not states.on[-1]:
        return False, None
    return True, str(ground.line.sessions[states.first + off[-1] + 1]) if len(off) else None


def list_episodes(ground: Ground, signal: Signal, kind: Kind, sessions: int) -> tuple[Episode, ...]:
    """Every episode of one outcome, oldest first, where a record names the newest alone."""
    states = signal.read(ground)
    if isinstance(states, Absent):
        return ()
    history = History(ground.log_ratio(), ground.line.sessions)
    sample, trial = build_sample(history.logs, states.first, states.end, sessions), _to_trial(signal, states, kind)
    episodes = count_events(trial, sample, states.end)[2]
    return tell_episodes(trial, sample, episodes, history) if episodes else ()


def name_all_episodes(ground: Ground, record: PairRecord, signals: Sequence[Signal]) -> PairRecord:
    """`record` with every episode of every outcome, where it names the newest alone."""
    by_name = {signal.name: signal for signal in signals}
    return replace(record, signals=tuple(_name_all(ground, by_name[one.name], one) for one in record.signals))


def _name_all(ground: Ground, signal: Signal, record: SignalRecord) -> SignalRecord:
    def complete(outcome: Outcome) -> Outcome:
        if outcome.n_episodes == len(outcome.episodes):
            return outcome
        return replace(outcome, episodes=list_episodes(ground, signal, outcome.kind, outcome.horizon))

    return replace(record, outcomes=tuple(map(complete, record.outcomes)))
