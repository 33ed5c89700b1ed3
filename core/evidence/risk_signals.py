"""Signals of the risk rules: volatility, fading momentum, broken trends, gains of poor quality [R1, R8, R10, R11]."""

import numpy as np

from core.breadth.fund import FEWEST
from core.evidence.ground import Ground
from core.evidence.map_signals import read_places
from core.evidence.series import find_first, to_expanding_rank, to_full, to_latched
from core.evidence.signal import DOWN, MONTHS_3, MONTHS_12, Absent, Signal, States, to_states
from core.evidence.stretch_signals import read_pullback
from core.evidence.trend_signals import find_first_side
from core.market.bars import Floats
from core.rules.settled import to_age
from core.studies.averages import SLOPE_LAG
from core.studies.bands import FILTERS
from core.studies.breadth import NARROW_FALL, NARROW_SESSIONS
from core.studies.comovement import LAGGED, to_beta
from core.studies.relative import to_gaps
from core.studies.rotation_map import QUADRANTS
from core.studies.volatility import SHORT, to_volatility
from core.studies.windows import to_log_returns, to_returns, to_sums

FIVE_YEARS = 1260
_ROUNDING = 1e-12
_SURVIVORS = "today's constituents only: who left the fund is not in its past, which looks better than it was"


def find_volatility(ground: Ground, enter: float, leave: float, least: int) -> States:
    """Small's 20-day volatility among all of its own past: its percentile passed `enter` and is above `leave` [R1]."""
    rank = ground.once(("volatility", least), lambda: _rank(to_volatility(ground.small, SHORT), least, len(ground)))
    return to_states(to_latched(rank >= enter, rank < leave), find_first(rank))


def find_volatility_ratio(ground: Ground, enter: float, leave: float, rank: float, least: int) -> States:
    """Small's 20-day volatility over large's is at `enter` and, by its own past, at `rank` at least [C2]."""
    ratio = ground.once(("volatility_ratio",), lambda: _to_volatility_ratio(ground))
    ranks = ground.once(("volatility_ratio", least), lambda: to_expanding_rank(ratio, least))
    return to_states(to_latched((ratio >= enter) & (ranks >= rank), ratio < leave), find_first(ranks))


def _rank(values: Floats, least: int, length: int) -> Floats:
    return to_expanding_rank(to_full(values, length), least)


def _to_volatility_ratio(ground: Ground) -> Floats:
    small, large = to_volatility(ground.small, SHORT), to_volatility(ground.large, SHORT)
    still = np.full(len(large), np.nan)
    return to_full(np.divide(small, large, out=still, where=large > 0.0), len(ground))


def find_fade(
    ground: Ground, signs: int, pullback: float, leave: float, crossed: int, fast: int, slow: int, band: float
) -> States:
    """As many `signs` of fading as the rule asks for [R8]: so far under the 63-session high (until `leave`), weakening
    on the daily map, averages crossed down within `crossed` sessions."""
    back, cross = read_pullback(ground, 63), ground.trend("ratio", fast, slow, band)
    places, _ = read_places(ground, "rotation_daily")
    ages = to_age(np.where(cross == 0, np.nan, cross.astype(np.float64)))
    others = (places == QUADRANTS.index("weakening")).astype(np.int8) + ((cross == DOWN) & (ages <= crossed))
    is_on, is_off = others + (back <= pullback) >= signs, others + (back <= leave) < signs
    return to_states(to_latched(is_on, is_off), find_first(back))


def find_break(ground: Ground, slow: int, band: float, falling: int) -> States:
    """The ratio under its average by the band while its average of `falling` sessions falls [R10]."""
    state, change = ground.trend("ratio", 1, slow, band), ground.sma_change(falling, SLOPE_LAG)
    return to_states((state == DOWN) & (change < 0.0), max(find_first_side(state), find_first(change)))


def find_beta_only(ground: Ground, count: int) -> States:
    """Small gained on large, and no more than its beta of the session before each explains [R11, A8]."""
    gap = to_full(to_gaps(ground.small, ground.large, count), len(ground))
    adjusted = to_full(to_adjusted(ground, count), len(ground))
    return to_states((gap > 0.0) & (adjusted <= 0.0), find_first(gap, adjusted))


def to_adjusted(ground: Ground, count: int) -> Floats:
    """Sums of small's log returns less lagged beta times large's over `count` sessions, as in `beta_adjusted_gap`."""
    betas = to_beta(to_returns(ground.small), to_returns(ground.large), LAGGED)[:-1]
    small, large = (to_log_returns(leg)[LAGGED:] for leg in (ground.small, ground.large))
    return to_sums(small - betas * large, count)


def find_narrow(ground: Ground, sessions: int, fall: float) -> States | Absent:
    """Small gained on large while the share of its constituents above 50 sessions fell by `fall` or more [R11, I2]."""
    fund = ground.line.subject.partition("/")[0]
    found = ground.funds.found.get(fund)
    if found is None or isinstance(found, str):
        return Absent(found or f"needs a holdings file of {fund}: name one under [breadth] in the settings")
    tally = found.counts["above_50"]
    share = np.where(tally.telling[0] >= FEWEST * len(found.holdings.symbols), tally.share(), np.nan)
    change = to_full(share[sessions:] - share[:-sessions], len(share))
    rows = np.searchsorted(found.closes.sessions, ground.line.sessions).clip(max=len(share) - 1)
    here = np.where(found.closes.sessions[rows] == ground.line.sessions, change[rows], np.nan)
    gap = to_full(to_gaps(ground.small, ground.large, sessions), len(ground))
    known = np.flatnonzero(~np.isnan(here) & ~np.isnan(gap))
    if not len(known):
        return Absent(f"the constituents of {fund} have no session in common with the pair")
    return to_states((gap > 0.0) & (here <= -fall + _ROUNDING), int(known[0]), int(known[-1]) + 1)


def _build_volatility(enter: float, leave: float, level: str) -> Signal:
    percent = f"{enter * 100:g}"
    return Signal(
        name=f"volatility_{percent.replace('.', '_')}",
        says=f"small's 20-day volatility passed percentile {percent} of all its past and is not under {leave * 100:g}",
        direction=DOWN,
        source="R1",
        horizon=MONTHS_3,
        find=find_volatility,
        parameters=(("enter", enter), ("leave", leave), ("least", FIVE_YEARS)),
        level=level,
    )


def _build_volatility_ratio(enter: float, rank: float, level: str) -> Signal:
    return Signal(
        name=f"volatility_ratio_{f'{enter:.2f}'.replace('.', '_')}",
        says=f"small is {enter:g} times as volatile as large over 20 sessions, which is rare for the pair as well",
        direction=DOWN,
        source="R1, C2",
        horizon=MONTHS_3,
        find=find_volatility_ratio,
        parameters=(("enter", enter), ("leave", round(enter - 0.05, 4)), ("rank", rank), ("least", FIVE_YEARS)),
        level=level,
    )


def _build_break(filter_name: str, level: str) -> Signal:
    rule = next(rule for rule in FILTERS if rule.name == filter_name)
    return Signal(
        name=f"trend_break_{rule.slow}",
        says=f"the ratio is under its {rule.slow}-session average by the band while its 50-session average falls",
        direction=DOWN,
        source="R10",
        horizon=MONTHS_12 if rule.slow == 200 else MONTHS_3,
        find=find_break,
        parameters=(("slow", rule.slow), ("band", rule.band), ("falling", 50)),
        level=level,
    )


def _build_beta_only(count: int) -> Signal:
    return Signal(
        name=f"beta_only_{count}d",
        says=f"small gained on large over {count} sessions, and no more than its beta explains",
        direction=DOWN,
        source="R11, A8",
        horizon=MONTHS_3,
        find=find_beta_only,
        parameters=(("count", count),),
        level="info",
    )


def _build_fade() -> Signal:
    cross = next(rule for rule in FILTERS if rule.name == "cross_20_50")
    return Signal(
        name="momentum_fade",
        says="two of three: the ratio is 4 % or more under its 63-session high, it is weakening on the daily map, its "
        "20-session average crossed under its 50-session one within 20 sessions",
        direction=DOWN,
        source="R8",
        horizon=MONTHS_3,
        find=find_fade,
        parameters=(
            ("signs", 2),
            ("pullback", -0.04),
            ("leave", -0.03),
            ("crossed", 20),
            ("fast", cross.fast),
            ("slow", cross.slow),
            ("band", cross.band),
        ),
        level="info",
    )


_NARROW = Signal(
    name="narrow_rotation",
    says="small gained on large over 20 sessions while 10 points fewer of its constituents are above 50 sessions",
    direction=DOWN,
    source="R11, I2",
    horizon=MONTHS_3,
    find=find_narrow,
    parameters=(("sessions", NARROW_SESSIONS), ("fall", NARROW_FALL)),
    level="info",
    note=_SURVIVORS,
)
RISK_SIGNALS = (
    *(_build_volatility(*row) for row in ((0.8, 0.75, "info"), (0.9, 0.85, "watch"), (0.975, 0.95, "warn"))),
    *(_build_volatility_ratio(*row) for row in ((1.35, 0.8, "info"), (1.5, 0.9, "watch"), (1.75, 0.975, "warn"))),
    _build_fade(),
    _build_break("trend_50", "watch"),
    _build_break("trend_200", "warn"),
    _build_beta_only(20),
    _build_beta_only(63),
    _NARROW,
)
