"""From what completed history says and the running session to findings, and to the list of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from core.rules.calibration import calc_share, calibrate, is_off
from core.rules.guard import attempt
from core.rules.level import Level
from core.rules.lifecycle import NEVER, State, advance
from core.rules.rule import Ladder, PathRule, Reading, Rule, Told, to_code
from core.rules.settled import Path, make_next, split_made
from core.rules.status import Calibration, RuleStatus
from core.snapshot import Finding, FindingState, Progress, SubjectState

NONE: Mapping[str, str] = {}


class _Now(NamedTuple):
    """Where a path stands with the running session on top, if there is one that counts."""

    state: State
    value: float | None
    provisional: bool


def judge(
    rules: Mapping[str, Rule], paths: Iterable[Path], reading: Reading, failures: dict[str, str] | None = None
) -> tuple[Finding, ...]:
    """All findings, worst first; among equals in the order of the rules and their subjects.

    Rules that raise find nothing, and are written into `failures` with the reason.
    """
    failures = {} if failures is None else failures
    found: list[Finding] = []

    def ask(name: str, subject: str, look: Callable[[], list[Finding]]) -> None:
        def fail(why: str) -> list[Finding]:
            failures.setdefault(name, f"{subject}: {why}" if subject else why)
            return []

        found.extend(attempt(name, subject, look, fail))

    by_rule = _sort_out(paths, failures)
    for name, rule in rules.items():
        if not rule.enabled:
            continue
        ask(name, "", partial(_judge_now, rule, reading))
        for path in by_rule.get(name, ()):
            ask(name, path.subject, partial(_look_at, rule, path, reading))
    return tuple(sorted(found, key=lambda finding: -finding.level.rank))


def _judge_now(rule: Rule, reading: Reading) -> list[Finding]:
    return list(rule.judge(reading))


def _look_at(rule: Rule, path: Path, reading: Reading) -> list[Finding]:
    return list(_look(rule, path, reading)) if isinstance(rule, PathRule) else []


def _sort_out(paths: Iterable[Path], failures: dict[str, str]) -> dict[str, list[Path]]:
    """The paths of each rule; why there is none, where it failed on its way through history."""
    by_rule: dict[str, list[Path]] = {}
    for path in paths:
        if path.failure:
            failures.setdefault(path.rule, f"{path.subject}: {path.failure}" if path.subject else path.failure)
        else:
            by_rule.setdefault(path.rule, []).append(path)
    return by_rule


def _look(rule: PathRule, path: Path, reading: Reading) -> Iterator[Finding]:
    """The finding of one path, none where it is idle."""
    now = _step(rule, path, reading)
    state, before = now.state, path.state
    is_over = before.step == 0 and before.changed != NEVER and before.changed == before.closes - 1
    if state.step or before.step or any(state.rising) or is_over:
        yield _tell(rule, path, now, reading)


def _step(rule: PathRule, path: Path, reading: Reading) -> _Now:
    """One close more, of the running session, where its measures rest on it and its data is good."""
    still = _Now(path.state, path.value, False)
    quality = reading.quality.get(path.subject)
    if quality is None or quality.state is not SubjectState.OK:
        return still
    values, provisional = [], False
    for address in rule.inputs(path.subject):
        made, of = split_made(address)
        measure = reading.measure(of)
        provisional |= measure.provisional
        code = to_code(measure)
        values.append(np.array([make_next(address, code, path.notes.get(address)) if made else code]))
    if not provisional:
        return still
    graded = rule.grade(values)
    if not graded.good[0]:
        return still
    entered, value = int(graded.entered[0]), float(graded.values[0])
    state = advance(path.state, rule.tempo(), entered, max(entered, int(graded.held[0])))
    return _Now(state, value if np.isfinite(value) else None, True)


def _tell(rule: PathRule, path: Path, now: _Now, reading: Reading) -> Finding:
    state, levels, ladder = now.state, (Level.OK, *rule.levels()), rule.ladder()
    level, quality = levels[state.step], reading.quality.get(path.subject)
    share = calc_share(path.counts, state.step) if state.step else None
    sign = 1 if ladder is None else ladder.sign
    value = None if now.value is None or ladder is None else abs(now.value) if rule.is_two_sided else now.value
    raising, releasing = _say_raising(state, rule, levels, ladder), _say_releasing(state, rule, levels, ladder)
    phase = _find_phase(path.state, state)
    begun = _find_begun(state, rule, phase)
    return Finding(
        rule=path.rule,
        subject=path.subject,
        level=level,
        text=_word(rule, Told(reading, path.subject, level, _count_back(path, now, reading)), phase, raising),
        since=_date(begun, path, reading),
        provisional=now.provisional,
        blocked=quality is None or quality.state is not SubjectState.OK,
        value=now.value,
        threshold=ladder.enter[state.step - 1] if ladder and state.step else None,
        measures=_grounds(rule, path.subject),
        state=phase,
        confirmed=levels[path.state.step],
        sessions=None if begun == NEVER else state.closes - begun,
        quiet=state.quiet,
        raising=_with_distance(raising, value, sign),
        releasing=_with_distance(releasing, value, -sign),
        share=share,
        uncalibrated=is_off(level, share),
    )


def _find_phase(before: State, state: State) -> FindingState:
    if state.step:
        return FindingState.FIRING if before.step else FindingState.PENDING
    return FindingState.PENDING if any(state.rising) else FindingState.RESOLVED


def _find_begun(state: State, rule: PathRule, phase: FindingState) -> int:
    """The close that it began with, NEVER where it has been so for as long as there are closes."""
    if state.step:
        begun = state.begun[state.step - 1]
        return begun if begun >= rule.tempo().confirm[state.step - 1] else NEVER
    return state.closes - max(state.rising) if phase is FindingState.PENDING else state.changed


def _date(begun: int, path: Path, reading: Reading) -> str | None:
    if begun == NEVER:
        return None
    return str(path.days[begun]) if begun < len(path.days) else reading.recent_sessions[-1]


def _count_back(path: Path, now: _Now, reading: Reading) -> Callable[[int], str]:
    """The session so many closes ago."""
    days = len(path.days)

    def find(back: int) -> str:
        at = now.state.closes - 1 - back
        return "" if at < 0 else str(path.days[at]) if at < days else reading.recent_sessions[-1]

    return find


def _word(rule: PathRule, told: Told, phase: FindingState, raising: Progress | None) -> str:
    """The sentence of the rule; that it is pending or over is said as well, where the level does not say it."""
    text = rule.tell(told)
    if not text:
        missing = (told.reading.measure(split_made(address)[1]).reason for address in rule.inputs(told.subject))
        text = f"{told.subject}: nothing newer to judge by ({next(filter(None, missing), 'no data')})"
    if told.level is Level.OK and phase is FindingState.PENDING and raising:
        return f"{text}; pending, {raising.closes} of {raising.needed} closes to {raising.level}"
    return f"{text}; over" if phase is FindingState.RESOLVED else text


def _say_raising(state: State, rule: PathRule, levels: tuple[Level, ...], ladder: Ladder | None) -> Progress | None:
    """The highest step above the present one that a close has entered, else the next one."""
    above = range(state.step + 1, len(levels))
    if not above:
        return None
    step = max((step for step in above if state.rising[step - 1]), default=above[0])
    needed = rule.tempo().confirm[step - 1]
    threshold = ladder.enter[step - 1] if ladder else None
    return Progress(level=levels[step], closes=state.rising[step - 1], needed=needed, threshold=threshold)


def _say_releasing(state: State, rule: PathRule, levels: tuple[Level, ...], ladder: Ladder | None) -> Progress | None:
    if not state.step:
        return None
    threshold = ladder.exit[state.step - 1] if ladder else None
    needed = max(1, rule.release)
    return Progress(level=levels[state.step - 1], closes=state.falling, needed=needed, threshold=threshold)


def _with_distance(progress: Progress | None, value: float | None, sign: int) -> Progress | None:
    if progress is None or progress.threshold is None or value is None:
        return progress
    return Progress(
        level=progress.level,
        closes=progress.closes,
        needed=progress.needed,
        threshold=progress.threshold,
        distance=(progress.threshold - value) * sign,
    )


def _grounds(rule: PathRule, subject: str) -> tuple[str, ...]:
    """The addresses that a sentence rests on."""
    used = (split_made(address)[1] for address in rule.inputs(subject))
    return tuple(dict.fromkeys((*used, *rule.also(subject))))


def list_rules(
    rules: Mapping[str, Rule], paths: Iterable[Path], reading: Reading, failures: Mapping[str, str] = NONE
) -> tuple[RuleStatus, ...]:
    """Every rule of the settings: what it is, whether it watches or fails, and how often it would have fired."""
    by_rule: dict[str, list[Path]] = {}
    for path in paths:
        if len(path.days):
            by_rule.setdefault(path.rule, []).append(path)
    return tuple(
        _list(name, rule, by_rule.get(name, []), reading, failures.get(name, "")) for name, rule in rules.items()
    )


def _list(name: str, rule: Rule, paths: list[Path], reading: Reading, failure: str) -> RuleStatus:
    reason = failure or _why_not(rule, paths, reading)
    state = "off" if not rule.enabled else "failing" if failure else "no data" if reason else "watching"
    return RuleStatus(
        name=name,
        source=rule.ID,
        text=rule.say(),
        state=state,
        reason=reason if rule.enabled else "",
        subjects=tuple(path.subject for path in paths),
        calibration=() if failure or not isinstance(rule, PathRule) else _calibrate(rule, paths),
    )


def _calibrate(rule: PathRule, paths: list[Path]) -> tuple[Calibration, ...]:
    return calibrate(rule.levels(), (path.counts for path in paths))


def _why_not(rule: Rule, paths: list[Path], reading: Reading) -> str:
    """What a rule that is on lacks; '' where it has what it needs."""
    if not isinstance(rule, PathRule) or paths:
        return ""
    for subject in rule.subjects(reading):
        for address in rule.inputs(subject):
            of = split_made(address)[1]
            if reason := reading.measure(of).reason:
                return f"{of}: {reason}"
    return "nothing that it watches is in the settings"
