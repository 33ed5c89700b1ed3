"""From a panel and an address to everything that can be said of that number. Pure, no clock, no disk."""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from msgspec import structs

from core.breadth.fund import NO_FUNDS, Breadth, Funds
from core.breadth.load import NOTHING_READ, to_funds
from core.drivers import NO_DRIVERS, Drivers
from core.errors import UsageError
from core.explanation import Explanation, Stage
from core.market.panel import Panel
from core.market.symbols import ECONOMY, kind_of_subject, symbols_of
from core.settings import Settings
from core.snapshot import Measure, Quality, SubjectState
from core.studies.around import Around
from core.studies.citations import CITATIONS
from core.studies.fits import NO_FITS, Fits
from core.studies.given import give
from core.studies.past import has_past, to_past
from core.studies.registry import STUDIES
from core.studies.study import ONLY_SINCE, PEAK_YEAR, Dated, Definition, Given, Missing, Step, Study, to_measure
from core.text import clean

PAST = 252
"""Sessions of a measure's own history: a year."""
_ADDRESSES_SHOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What a study may be given beside the panel; see `build_snapshot`."""

    fits: Fits = field(default_factory=lambda: NO_FITS)
    funds: Funds = field(default_factory=lambda: NO_FUNDS)
    drivers: Drivers = field(default_factory=lambda: NO_DRIVERS)
    since: date | None = None
    peak_year: int = PEAK_YEAR


NO_BESIDE = Beside()


def explain_address(
    panel: Panel,
    settings: Settings,
    address: str,
    *,
    label: str = "",
    since: date | None = None,
    fits: Fits = NO_FITS,
    funds: Mapping[str, Breadth | str] = NOTHING_READ,
    drivers: Drivers = NO_DRIVERS,
) -> Explanation:
    """Explain a number of a watched symbol, of any pair of two, or of the economy; `label` is that of its market.

    Raises `UsageError` where there is no such address.
    """
    subject, name = split_address(address, settings)
    beside = Beside(fits, to_funds(settings, funds), drivers, since, settings.lookbacks.peak_year)
    told = build_explanation(panel, subject, name, beside)
    return structs.replace(told, label=label)


def split_address(address: str, settings: Settings) -> tuple[str, str]:
    """Subject and name of `address`; raises `UsageError` with the nearest ones where there is no such measure."""
    subject, _, name = address.rpartition(".")
    legs = symbols_of(subject)
    if subject != ECONOMY and (len(legs) > 2 or not all(leg in settings.symbols for leg in legs)):
        thing = f"'{clean(address, 80)}' is no address such as {settings.pairs[0]}.gap_20d of what is watched"
        known = (*settings.pairs, *settings.symbols)
        raise UsageError(_with_near(thing, difflib.get_close_matches(subject.upper(), known, _ADDRESSES_SHOWN, 0.4)))
    if not find_study(subject, name):
        names = [d.name for study in STUDIES for d in study.definitions(kind_of_subject(subject))]
        near = [f"{subject}.{one}" for one in difflib.get_close_matches(name, names, _ADDRESSES_SHOWN, 0.5)]
        raise UsageError(_with_near(f"{clean(subject)} has no measure '{clean(name, 60)}'", near))
    return subject, name


def _with_near(thing: str, near: Sequence[str]) -> str:
    return f"{thing}. " + (f"Near: {', '.join(near)}." if near else "'smid explain --list' names them all.")


def find_study(subject: str, name: str) -> tuple[Study, Definition] | None:
    """The study that answers `name` for a subject of that kind, with the definition."""
    for study in STUDIES:
        for definition in study.definitions(kind_of_subject(subject)):
            if definition.name == name:
                return study, definition
    return None


def build_explanation(panel: Panel, subject: str, name: str, beside: Beside = NO_BESIDE) -> Explanation:
    """Explain `subject.name` on `panel`; the name must be one that `split_address` has let pass."""
    found = find_study(subject, name)
    if found is None:
        raise UsageError(f"{clean(subject)} has no measure '{clean(name, 60)}'.")
    study, definition = found
    ground = (panel.completed or panel) if study.is_settled else panel
    given = _give(ground, subject, beside)
    measure = _measure(study, definition, given)
    times: tuple[int, ...] = ()
    values: tuple[float | None, ...] = ()
    if _is_number(measure) and not study.no_past:
        times, values = build_past(ground, subject, name, beside)
    return Explanation(
        address=f"{subject}.{name}",
        measure=measure,
        formula=definition.formula,
        source=_cite(definition.source),
        stages=_stages(study, definition, given),
        quality=_judge_economy(beside.drivers) if subject == ECONOMY else _quality(panel, subject),
        times=times,
        values=values,
        percentile=_percentile(values),
        note="" if values or measure.value is None else study.no_past or "a word or a date has none to draw",
    )


def _cite(ids: str) -> str:
    """The id and what stands behind it."""
    return f"{ids}: {CITATIONS[ids]}" if ids in CITATIONS else ids


def _judge_economy(drivers: Drivers) -> Quality:
    macro = drivers.macro
    return Quality(state=SubjectState.OK) if macro.series else Quality(state=SubjectState.MISSING, reason=macro.reason)


def _quality(panel: Panel, subject: str) -> Quality | None:
    """The quality of the data; of a pair that is not watched as such, that of its worse leg, with its name."""
    if subject in panel.quality or "/" not in subject:
        return panel.quality.get(subject)
    states = list(SubjectState)
    legs = [(leg, panel.quality[leg]) for leg in symbols_of(subject) if leg in panel.quality]
    leg, worst = max(legs, key=lambda known: states.index(known[1].state))
    return structs.replace(worst, reason=f"{leg} {worst.reason}".strip() if worst.reason else "")


def build_past(
    panel: Panel, subject: str, name: str, beside: Beside = NO_BESIDE, count: int = PAST
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The measure at each of the last `count` sessions of its subject, as it was known then; days since 1970 first.

    Every value is calculated anew from the panel cut at its session: the past shown is the past that was seen.
    """
    found = find_study(subject, name)
    line = Around(panel).line(subject)
    if found is None or not len(line.sessions):
        return (), ()
    study, definition = found
    days = line.sessions[-count:]
    if subject == ECONOMY and has_past(subject, name):  # the same, and hundreds of times sooner
        past = to_past(_give(panel, subject, beside), name)[-count:].tolist()
        return tuple(days.astype(np.int64).tolist()), tuple(value if value == value else None for value in past)
    ends = np.searchsorted(panel.sessions, days, side="right").tolist()
    givens = (_give(cut_panel(panel, end), subject, beside) for end in ends)
    measures = [_measure(study, definition, given) for given in givens]
    values = tuple(float(m.value) if _is_number(m) and m.value is not None else None for m in measures)
    return tuple(days.astype(np.int64).tolist()), values


def cut_panel(panel: Panel, rows: int) -> Panel:
    """The first `rows` sessions of `panel`, as completed history; views, nothing is copied."""
    if rows == len(panel.sessions):
        return panel
    parts = ("sessions", "closes_at", "adj", "close", "open_", "high", "low", "volume", "half_days")
    return replace(
        panel,
        **{name: getattr(panel, name)[:rows] for name in parts},
        provisional=np.zeros(len(panel.symbols), dtype=np.bool_),
        last_price=np.full(len(panel.symbols), np.nan),
        completed=None,
    )


def _measure(study: Study, definition: Definition, given: Given) -> Measure:
    result = study.calculate(given).get(definition.name, ONLY_SINCE)
    return to_measure(definition, result, given)


def _give(panel: Panel, subject: str, beside: Beside) -> Given:
    around = Around(panel, beside.fits, beside.funds, beside.drivers)
    return give(around, around.line(subject), beside.since, beside.peak_year)


def _stages(study: Study, definition: Definition, given: Given) -> tuple[Stage, ...]:
    if study.explain is None:
        return ()
    return tuple(_to_stage(step) for step in study.explain(given, definition.name))


def _to_stage(step: Step) -> Stage:
    result = step.result.value if isinstance(step.result, Dated) else step.result
    if isinstance(result, Missing):
        return Stage(step.text, None, step.unit, result.reason)
    if isinstance(result, float) and not math.isfinite(result):
        return Stage(step.text, None, step.unit, "not computable from these prices")
    return Stage(step.text, result, step.unit)


def _is_number(measure: Measure) -> bool:
    return isinstance(measure.value, int | float) and not isinstance(measure.value, bool)


def _percentile(values: tuple[float | None, ...]) -> float | None:
    """Weak percentile rank of the last among those that are there, itself included [§0.6]."""
    known = [value for value in values if value is not None]
    if not known or values[-1] is None:
        return None
    return sum(value <= known[-1] for value in known) / len(known)
