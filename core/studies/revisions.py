"""What is expected of the largest constituents of a fund, and whether it is being raised or lowered [F7, F8].

Sums over companies, never means of their rates: one that earns nothing has no growth to average.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import Fundamentals
from core.studies.dated_facts import date_fact, find_known, is_named, need, tell_fact
from core.studies.steps import explain_with, tell_history
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study

FEWEST = 5
"""Companies that a sum is worth telling of."""
FRESH = timedelta(days=45)
"""What was said of a company longer ago counts no more."""
_SHARES = "shares_billion"
_FILED = ("share_change", "repurchase_yield", "shrinking_share")
_YEAR = timedelta(days=365)
_SLACK = timedelta(days=20)


def _collect(known: Fundamentals, fund: str, day: date, *metrics: str) -> list[tuple[Fact, ...]]:
    """The newest facts of each constituent that has all of `metrics`, none of them too old."""
    found = []
    for name in known.held.get(fund, ()):
        facts = [known.find(name, metric, day) for metric in metrics]
        fresh = tuple(fact for fact in facts if fact is not None and day - fact.day <= FRESH)
        if len(fresh) == len(metrics):
            found.append(fresh)
    return found


def _few(found: Sequence[object]) -> Missing:
    return Missing(
        f"needs estimates of {FEWEST} of the largest constituents, has {len(found)}: Yahoo is asked for a few an hour"
    )


def _calc_breadth(rows: list[tuple[Fact, ...]]) -> Result:
    if len(rows) < FEWEST:
        return _few(rows)
    up, down = (sum(row[i].value for row in rows) for i in (0, 1))
    return (
        date_fact((up - down) / (up + down), *rows[0]) if up + down else Missing("no estimate was changed in 30 days")
    )


def calc_breadth_of(known: Fundamentals, symbol: str, day: date) -> Result:
    """`revision_breadth_30d` of a symbol as it was on `day`."""
    return _calc_breadth(_collect(known, known.fund_of(symbol), day, "up_30d", "down_30d"))


def _calc_change(rows: list[tuple[Fact, ...]]) -> Result:
    """Earnings of all together, the first metric over the second, minus one; the third is the number of shares."""
    if len(rows) < FEWEST:
        return _few(rows)
    now, then = (sum(row[i].value * row[2].value for row in rows) for i in (0, 1))
    return date_fact(now / then - 1.0, *rows[0]) if then > 0.0 else Missing("together they earn nothing")


def _calc_surprises(rows: list[tuple[Fact, ...]]) -> Result:
    if len(rows) < FEWEST:
        return _few(rows)
    reports = sum(row[1].value for row in rows)
    return (
        date_fact(sum(row[0].value for row in rows) / reports, *rows[0]) if reports else Missing("no report is known")
    )


def _calc_share_change(known: Fundamentals, symbol: str, fund: str, day: date) -> Result:
    """As published; else of the constituents' own counts against those of a year before."""
    fact = known.find(symbol, "share_change", day)
    if fact is not None:
        return date_fact(fact.value, fact)
    changes = []
    for name in known.held.get(fund, ()):
        past = known.past(name, _SHARES, day)
        before = [one for one in past if abs(day - one.day - _YEAR) <= _SLACK]
        if before and day - past[-1].day <= FRESH:
            changes.append((past[-1], before[-1]))
    if len(changes) < FEWEST:
        return Missing(f"needs share counts of a year before of {FEWEST} constituents, has {len(changes)}; or a file")
    now, then = (sum(pair[i].value for pair in changes) for i in (0, 1))
    return date_fact(now / then - 1.0, *changes[0])


def _calculate(given: Given) -> Results:
    found = find_known(given)
    if isinstance(found, Missing):
        return {one.name: found for one in (_PAIR if given.is_pair else _SYMBOL)}
    known, day = found
    if given.is_pair:
        small = given.line.subject.partition("/")[0]
        return {"revision_breadth_small_30d": calc_breadth_of(known, small, day)}
    return _measure(known, given.line.subject, day)


def _measure(known: Fundamentals, symbol: str, day: date) -> Results:
    fund = known.fund_of(symbol)
    changes = _collect(known, fund, day, "up_30d", "down_30d")
    filed = {metric: known.find(symbol, metric, day) for metric in _FILED[1:]}
    return {
        "revision_breadth_30d": _calc_breadth(changes),
        "eps_drift_90d": _calc_change(_collect(known, fund, day, "eps_now", "eps_90d_ago", _SHARES)),
        "eps_growth_next_year_companies": _calc_change(_collect(known, fund, day, "eps_next_year", "eps_now", _SHARES)),
        "surprise_share": _calc_surprises(_collect(known, fund, day, "beats", "reports")),
        "companies_told": len(changes),
        "share_change": _calc_share_change(known, symbol, fund, day),
        **{
            name: need(name, known.index_of(symbol)) if fact is None else date_fact(fact.value, fact)
            for name, fact in filed.items()
        },
    }


_METRICS = {
    "revision_breadth_30d": ("up_30d", "down_30d"),
    "revision_breadth_small_30d": ("up_30d", "down_30d"),
    "eps_drift_90d": ("eps_now", "eps_90d_ago", _SHARES),
    "eps_growth_next_year_companies": ("eps_next_year", "eps_now", _SHARES),
    "surprise_share": ("beats", "reports"),
}


def _tell(given: Given, name: str) -> Iterator[Step]:
    found = find_known(given)
    yield tell_history(given)
    if isinstance(found, Missing):
        return
    known, day = found
    symbol = given.line.subject.partition("/")[0]
    rows = _collect(known, known.fund_of(symbol), day, *_METRICS.get(name, ("up_30d",)))
    yield Step(f"constituents of {known.fund_of(symbol)} told of within {FRESH.days} days of {day}", len(rows), "count")
    for place, metric in enumerate(_METRICS.get(name, ())):
        yield Step(f"{metric} of all of them together", sum(row[place].value for row in rows))
    fact = known.find(symbol, name, day) if name in _FILED else None
    if fact is not None:
        yield tell_fact(fact, name, "fraction")


_SYMBOL = (
    Definition(
        "revision_breadth_30d",
        "fraction",
        "estimates raised less lowered over both, in 30 days, of the fund's largest constituents together",
        "F7",
    ),
    Definition(
        "eps_drift_90d",
        "fraction",
        "this year's earnings that are expected of them together (a share times shares) over those expected 90 days "
        "ago, minus one",
        "F7",
    ),
    Definition(
        "eps_growth_next_year_companies",
        "fraction",
        "next year's earnings that are expected of them together over this year's, minus one",
        "F5",
    ),
    Definition("surprise_share", "fraction", "part of their last four quarters that was better than expected", "F7"),
    Definition("companies_told", "count", "constituents whose estimates are known and fresh", "F7"),
    Definition(
        "share_change",
        "fraction",
        "share count against a year before: as published, else of the constituents together",
        "F8",
    ),
    Definition("repurchase_yield", "fraction", "repurchases of a year over market value, as published", "F8"),
    Definition("shrinking_share", "fraction", "part of the companies whose share count fell, as published", "F8"),
)
_PAIR = (Definition("revision_breadth_small_30d", "fraction", "revision_breadth_30d of the small leg", "F7"),)
REVISIONS = Study(
    symbol=_SYMBOL,
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell),
    is_settled=True,
    is_about=is_named,
)
