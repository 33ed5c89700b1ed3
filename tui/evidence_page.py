"""The page of one signal's track record: what it says, what followed, how sure that is, every episode."""

import math
import textwrap
from collections.abc import Iterator, Sequence

from core.evidence.record import KINDS, Episode, Evidence, Outcome, PairRecord, SignalRecord
from core.evidence.words import find_main, say_record
from core.rules.words import say_count
from tui.evidence_caveats import list_caveats
from tui.lines import Line, join_blocks, labelled, title, to_text
from widgets.format import MISSING, format_number, format_percent

_KINDS = {"entry": "EACH TIME IT CAME ON", "state": "EVERY SESSION IN IT"}
_HEAD = f"{'after':>7} {'episodes':>8} {'median':>7} {'mean':>6} {'of all':>6} {'95 % apart':>14} {'p':>6} {'q':>5}"
_EPISODES = f"  {'began':<12}{'after it':>10}{'bought a session later':>25}{'worst on the way':>19}"
_STEPS = (0.0025, 0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
_MOST_BINS = 10
_MARKS = {False: ("█", "─", "▒", "┃"), True: ("#", "-", "=", "|")}
_SIDES = {1: "small outperforms large", -1: "large outperforms small"}


def format_evidence(evidence: Evidence, width: int = 78, *, ascii_only: bool = False) -> str:
    """The page of the first signal of `evidence` in lines of at most `width`, ending in a line feed."""
    return to_text(lay_out_evidence(evidence, width, ascii_only=ascii_only))


def lay_out_evidence(evidence: Evidence, width: int, *, ascii_only: bool) -> list[Line]:
    """The same in lines, with the roles of their parts."""
    pair, record = evidence.pairs[0], evidence.pairs[0].signals[0]
    main = find_main(record)
    return join_blocks(
        (
            _head(evidence, pair, record, width),
            *(_outcomes(record, kind, width) for kind in KINDS),
            _legend(width) if record.outcomes else (),
            _distribution(main, width, ascii_only) if main else (),
            _caveats(pair, record, main, width),
            _episodes(main, width) if main else (),
        )
    )


def _head(evidence: Evidence, pair: PairRecord, record: SignalRecord, width: int) -> Iterator[Line]:
    label = ((f"  [{evidence.label}]", "watch"),) if evidence.label else ()
    yield (record.name, "bright"), (f" on {pair.pair}", "text"), *label
    yield from labelled("in short", say_record(record), width, "ratio")
    yield from labelled("says", record.says, width)
    yield from labelled("claims", f"{_SIDES.get(record.direction, MISSING)} ({record.horizon})", width)
    yield from labelled("now", f"{_say_now(record)} at the close of {pair.last}", width)
    known = f"from {record.first}" if record.first else "never"
    span = f"{pair.sessions:,} sessions, {pair.first} to {pair.last}"
    yield from labelled("known", f"{known}; {pair.pair} has {span}", width)
    parts = ", ".join(f"{name} {value}" for name, value in record.parameters.items())
    level = f"; the {record.level} of a rule" if record.level else ""
    yield from labelled("settings", f"{parts or 'no parameters'} [{record.source}]{level}", width)


def _say_now(record: SignalRecord) -> str:
    if record.is_on is None:
        return "not known"
    since = f" since {record.since}" if record.since else ""
    return f"on{since}" if record.is_on else "off"


def _outcomes(record: SignalRecord, kind: str, width: int) -> Iterator[Line]:
    rows = [one for one in record.outcomes if one.kind == kind]
    if not rows:
        return
    yield from title(f"{_KINDS[kind]}: log return of small over large so many sessions on, %", width)
    yield ((f"{_HEAD} grade"[:width], "muted"),)
    for one in rows:
        yield (("  " + _outcome(one)[2:], "text" if one.grade != "none" else "muted"),)


def _legend(width: int) -> Iterator[Line]:
    text = "of all: the mean after every session; 95 % apart: the interval of the mean less that one"
    yield from (((line, "muted"),) for line in textwrap.wrap(text, width))


def _outcome(one: Outcome) -> str:
    if one.median is None or one.mean is None:
        return f"{one.horizon:>7} {one.n_episodes:>8} {one.reason or 'nothing followed yet'}"
    apart = f"{_percent(one.low)} to {_percent(one.high)}" if one.low is not None else "too few"
    cells = f"{_percent(one.median):>7} {_percent(one.mean):>6} {_percent(one.base_mean):>6} {apart:>14}"
    chance = f"{format_number(one.p, 3):>6} {format_number(one.q):>5}"
    return f"{one.horizon:>7} {one.n_episodes:>8} {cells} {chance} {one.grade}"


def _percent(value: float | None) -> str:
    return format_percent(value, 2 if value is None or abs(value) < 0.0995 else 1)


def _distribution(main: Outcome, width: int, ascii_only: bool) -> Iterator[Line]:
    """How the outcomes of the episodes lie, in bars, over a strip of the quantiles of all events."""
    if not main.episodes or len(main.quantiles) < 21:
        return
    yield from title(f"{main.horizon} SESSIONS AFTER EACH EPISODE, of {len(main.episodes)}", width)
    yield from labelled("hits", _say_hits(main), width)
    ends = {"half of them": (5, 15), "nine of ten": (1, 19), "all": (0, 20)}
    between = (f"{name} {' to '.join(_percent(main.quantiles[at]) for at in places)}" for name, places in ends.items())
    yield from labelled("median", f"{_percent(main.median)} %", width)
    yield from labelled("spread", f"of all {main.n_events} times it came on: {', '.join(between)}", width)
    yield from _bars([one.outcome for one in main.episodes], width, ascii_only)


def _say_hits(main: Outcome) -> str:
    if main.hit_rate is None or main.base_rate is None:
        return MISSING
    between = ""
    if main.hit_low is not None and main.hit_high is not None:
        between = f" (95 %: {_share(main.hit_low)} to {_share(main.hit_high)})"
    ahead, always = _share(main.hit_rate), _share(main.base_rate)
    return f"small was ahead after {ahead} %{between}; after any session {always} %"


def _share(value: float | None) -> str:
    return format_percent(value, 0, signed=False)


def _bars(values: Sequence[float], width: int, ascii_only: bool) -> Iterator[Line]:
    step = next((s for s in _STEPS if _count_bins(values, s) <= _MOST_BINS), _STEPS[-1])
    first = math.floor(min(values) / step)
    counts = [0] * min(_count_bins(values, step), 4 * _MOST_BINS)
    for value in values:
        counts[min(math.floor(value / step) - first, len(counts) - 1)] += 1
    digits = 0 if step >= 0.01 and step != 0.025 else 2
    labels = [
        f"{format_percent((first + at) * step, digits)} to {format_percent((first + at + 1) * step, digits)}"
        for at in range(len(counts))
    ]
    margin, full = max(map(len, labels)), _MARKS[ascii_only][0]
    room = max(1, min(40, width - margin - 10))
    for at, (label, count) in enumerate(zip(labels, counts, strict=True)):
        bar = full * max(round(count / max(counts) * room), bool(count))
        role = "up" if first + at >= 0 else "down"
        yield (f"  {label:>{margin}} %  ", "muted"), (bar, role), (f" {count}" if count else "", "muted")


def _count_bins(values: Sequence[float], step: float) -> int:
    return math.floor(max(values) / step) - math.floor(min(values) / step) + 1


def _caveats(pair: PairRecord, record: SignalRecord, main: Outcome | None, width: int) -> Iterator[Line]:
    yield from title("BEFORE IT IS BELIEVED", width)
    for text in list_caveats(pair, record, main):
        yield from labelled("", text, width)


def _episodes(main: Outcome, width: int) -> Iterator[Line]:
    if not main.episodes:
        return
    shown = say_count(len(main.episodes), "EPISODE").upper()
    yield from title(f"{shown}, newest first: what small did over large in {main.horizon} sessions, %", width)
    yield ((_EPISODES[:width], "muted"),)
    yield from (((_episode(one)[:width], "text"),) for one in reversed(main.episodes))


def _episode(one: Episode) -> str:
    return f"  {one.session:<12}{_percent(one.outcome):>10}{_percent(one.executable):>25}{_percent(one.adverse):>19}"
