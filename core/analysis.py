"""The whole analysis: from the panel to the snapshot, and to the curves of one subject. Pure, no clock, no disk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core import __version__
from core.breadth.fund import Breadth, Funds
from core.breadth.load import NOTHING_READ, to_funds
from core.drivers import NO_DRIVERS, Drivers
from core.evidence.findings import NOTHING_KNOWN, Known, add_evidence
from core.judgement.outlook import build_outlook
from core.judgement.places import Place, settle_places
from core.judgement.regime import build_regime
from core.market.bars import Floats
from core.market.line import line_of
from core.market.panel import Line, Panel
from core.market.symbols import ECONOMY
from core.outlook import Outlook
from core.pasts import Pasts
from core.rules import read_rules
from core.rules.rule import Rule
from core.rules.settled import Path, settle
from core.rules.watch import judge, list_rules
from core.settings import Settings
from core.snapshot import ConeRow, History, Measure, Quality, SessionInfo, Snapshot, SourceInfo, SubjectState
from core.studies.around import Around
from core.studies.cone import build_cone
from core.studies.economy_info import build_economy, collect_pictures
from core.studies.fits import NO_FITS, Fits
from core.studies.given import give
from core.studies.past import PASTS
from core.studies.registry import LIVE, SETTLED, measure_subject, without_details
from core.studies.rotation_tracks import build_tracks
from core.studies.sectors import measure_sectors
from core.studies.study import Given, Study
from core.studies.valuation import collect_discounts
from core.studies.windows import to_sma

SERIES_LENGTH = 60
_RECENT = 20  # sessions whose holes and quarantined bars the data rule still tells


def build_snapshot(
    panel: Panel,
    settings: Settings,
    *,
    at: datetime,
    session: SessionInfo,
    source: SourceInfo,
    since: date | None = None,
    sequence: int = 0,
    fits: Fits = NO_FITS,
    funds: Mapping[str, Breadth | str] = NOTHING_READ,
    evidence: Known = NOTHING_KNOWN,
    drivers: Drivers = NO_DRIVERS,
) -> Snapshot:
    """Everything that is said of the market at `at` (UTC).

    `since` adds `*_since`; forecasts rest on `fits` (settled studies never do), breadth on what was read of `funds`.
    `evidence` is what is known of what followed earlier findings; `drivers` may hold more than was known at `at`.
    """
    around = Around(panel, fits, to_funds(settings, funds), drivers)
    lines = {subject: around.line(subject) for subject in (*settings.measured, *settings.pairs, ECONOMY)}
    completed = _Completed(panel.completed or panel, tuple(lines), _key_subjects(settings), around.funds, drivers)
    measures = _measure_all(around, lines, completed, since, settings.lookbacks.peak_year)
    reading = _read(panel, settings, source.loading, lines, measures, drivers)
    rules = read_rules(settings.rules)
    settled, failures = _settle(_watch(settings, completed, rules)), dict[str, str]()
    return Snapshot(
        program=__version__,
        sequence=sequence,
        as_of=at,
        source=source,
        session=session,
        benchmark=settings.universe.benchmark,
        pairs=settings.pairs,
        symbols=settings.symbols,
        measures=measures,
        findings=add_evidence(judge(rules, settled.paths, reading, failures), evidence, settings.pairs, measures),
        rules=list_rules(rules, settled.paths, reading, failures),
        regime=build_regime(settings.pairs, reading.measure, lambda since: _count_since(panel, since), reading.quality),
        outlook=_look_out(lines[settings.pairs[0]], reading, settled, rules, evidence),
        quality={one: panel.quality[one] for one in (*lines, *settings.symbols) if one in panel.quality},
        series=_collect_all(settings, around),
        economy=build_economy(around, rules, measures),
        cones=_collect_cones(settings, lines),
        tracks=build_tracks(around, settings),
        history_key=panel.key,
    )


def _read(
    panel: Panel,
    settings: Settings,
    loading: int,
    lines: Mapping[str, Line],
    measures: Mapping[str, Measure],
    drivers: Drivers,
) -> "_Reading":
    """What the rules are shown."""
    economy = {ECONOMY: Quality(state=SubjectState.OK)} if drivers.macro.series else {}
    return _Reading(
        pairs=settings.pairs,
        volatility=settings.universe.volatility,
        key_subjects=_key_subjects(settings),
        recent_sessions=tuple(map(str, panel.sessions[-_RECENT:])),
        quality={subject: panel.quality[subject] for subject in lines if subject in panel.quality} | economy,
        loading=loading,
        _measures=measures,
    )


def _look_out(
    line: Line, reading: "_Reading", settled: "_Settled", rules: Mapping[str, Rule], evidence: Known
) -> Outlook:
    given = line.subject, reading.measure, settled.places, rules, settled.paths
    return build_outlook(*given, evidence, len(line.values))


def _measure(givens: Iterable[Given], studies: tuple[Study, ...], details: frozenset[str]) -> dict[str, Measure]:
    """The measures of all; what is detail only of the subjects `details`."""
    measures: dict[str, Measure] = {}
    common = without_details(studies)
    for given in givens:
        measures |= measure_subject(given, studies if given.line.subject in details else common)
    return measures


def _measure_all(
    around: Around, lines: Mapping[str, Line], completed: "_Completed", since: date | None, year: int
) -> dict[str, Measure]:
    """The measures of sectors, of the running session, and of completed ones."""
    givens = (give(around, line, since, year) for line in lines.values())
    live = _measure(givens, LIVE, completed.key_subjects)
    return measure_sectors(around) | live | _measure_settled(completed)


@dataclass(frozen=True, slots=True)
class _Completed:
    """Completed history and the subjects asked for; equal to any other of the same numbers."""

    panel: Panel = field(compare=False)
    subjects: tuple[str, ...]
    key_subjects: frozenset[str]
    funds: Funds = field(compare=False)
    drivers: Drivers = field(compare=False)
    key: tuple[object, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", (self.panel.key, *self.funds.key, *self.drivers.key))


@lru_cache(maxsize=1)
def _settle_around(completed: _Completed) -> Around:
    """What was read of completed history, for all that rests on it."""
    return Around(completed.panel, funds=completed.funds, drivers=completed.drivers)


@lru_cache(maxsize=1)
def _measure_settled(completed: _Completed) -> dict[str, Measure]:
    """What rests on completed sessions alone; a running session asks for it hundreds of times."""
    around = _settle_around(completed)
    givens = (give(around, around.line(subject), None) for subject in completed.subjects)
    return _measure(givens, SETTLED, completed.key_subjects)


@dataclass(frozen=True, slots=True)
class _Watched:
    """Completed history, and the rules that watch it."""

    completed: _Completed
    pairs: tuple[str, ...]
    volatility: tuple[str, ...]
    rules: tuple[tuple[str, Rule], ...]


def _watch(settings: Settings, completed: _Completed, rules: Mapping[str, Rule]) -> _Watched:
    return _Watched(completed, settings.pairs, settings.universe.volatility, tuple(rules.items()))


def walk_rules(
    panel: Panel,
    settings: Settings,
    *,
    funds: Mapping[str, Breadth | str] = NOTHING_READ,
    drivers: Drivers = NO_DRIVERS,
) -> tuple[Path, ...]:
    """What every rule would have said at every completed session: the step of each subject at each close."""
    subjects = tuple(dict.fromkeys((*settings.measured, *settings.pairs, ECONOMY)))
    found = to_funds(settings, funds)
    completed = _Completed(panel.completed or panel, subjects, _key_subjects(settings), found, drivers)
    return _settle(_watch(settings, completed, read_rules(settings.rules))).paths


class _Settled(NamedTuple):
    """What completed history says of every rule, and where in their pasts the components of judgement stand."""

    paths: tuple[Path, ...]
    places: Mapping[str, Place]


@lru_cache(maxsize=1)
def _settle(watched: _Watched) -> _Settled:
    """Where everything stands as of the last completed session."""
    completed = watched.completed
    around = _settle_around(completed)
    history = Pasts(completed.panel, watched.pairs, watched.volatility, around)
    return _Settled(settle(dict(watched.rules), history), settle_places(history, watched.pairs[0]))


def build_history(panel: Panel, subject: str) -> History:
    """The session curves of `subject` with its 50- and 200-session averages; empty with a reason if there are none."""
    line = line_of(panel, subject)
    quality = panel.quality.get(subject)
    return History(
        subject=subject,
        unit="session",
        key=panel.key,
        times=tuple(line.sessions.astype("datetime64[D]").astype(np.int64).tolist()),
        values=_to_optional(line.values),
        sma_50=_to_optional(to_sma(line.values, 50)),
        sma_200=_to_optional(to_sma(line.values, 200)),
        provisional=line.is_provisional,
        reason="" if len(line.values) else (quality and quality.reason) or "no data yet",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """What the rules look at of this moment."""

    pairs: tuple[str, ...]
    volatility: tuple[str, ...]
    key_subjects: frozenset[str]
    recent_sessions: tuple[str, ...]
    quality: Mapping[str, Quality]
    loading: int
    _measures: Mapping[str, Measure]

    def measure(self, address: str) -> Measure:
        return self._measures.get(address) or Measure(None, "", None, reason="not computed")


def _count_since(panel: Panel, session: str) -> int:
    return len(panel.sessions) - int(np.searchsorted(panel.sessions, np.datetime64(session, "D")))


def _key_subjects(settings: Settings) -> frozenset[str]:
    """What pairs and panes rest on, with the legs of every pair."""
    universe = settings.universe
    shown = {*universe.pairs, *universe.averages, *universe.volatility, universe.benchmark}
    return frozenset(shown | {leg for subject in shown for leg in subject.split("/")})


def _collect_all(settings: Settings, around: Around) -> dict[str, tuple[float | None, ...]]:
    """Recent histories for small pictures: of prices, constituents, the economy, discounts."""
    day = around.panel.sessions[-1] if len(around.panel.sessions) else None
    facts = collect_discounts(around.drivers.fundamentals, settings.pairs, day)
    return _collect_series(settings, around) | _collect_breadth(around) | collect_pictures(around) | facts


def _collect_series(settings: Settings, around: Around) -> dict[str, tuple[float | None, ...]]:
    wanted = [(symbol, "volatility_20d") for symbol in settings.universe.volatility]
    wanted += [(pair, "ratio") for pair in settings.pairs]
    return {f"{subject}.{name}": _to_recent(around, subject, name) for subject, name in wanted}


def _collect_breadth(around: Around) -> dict[str, tuple[float | None, ...]]:
    """The share above 50 sessions of every fund that is counted, to the last completed session."""
    completed = around.panel.completed or around.panel
    counted = {fund: one for fund, one in around.funds.found.items() if isinstance(one, Breadth)}
    return {
        f"{fund}.breadth_above_50": _to_optional(
            one.counts["above_50"].share()[: one.row(completed.sessions[-1]) + 1][-SERIES_LENGTH:]
        )
        for fund, one in counted.items()
        if len(completed.sessions)
    }


def _to_recent(around: Around, subject: str, name: str) -> tuple[float | None, ...]:
    return _to_optional(PASTS[name](give(around, around.line(subject), None))[-SERIES_LENGTH:])


def _collect_cones(settings: Settings, lines: Mapping[str, Line]) -> dict[str, tuple[ConeRow, ...]]:
    return {symbol: build_cone(lines[symbol].values) for symbol in settings.universe.volatility}


def _to_optional(values: Floats) -> tuple[float | None, ...]:
    """NaN as None: missing is never a number past here."""
    return tuple([value if value == value else None for value in values.tolist()])
