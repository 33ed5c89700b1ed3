"""The three trends and the cross of the long averages in a word, and the nearest price to change it [B1, B2]."""

from datetime import date

from core.studies.study import Definition, Missing, Result, Results, Step

WINDOWS = (20, 50, 200)
RECENT_DAYS = 31
"""Calendar days for which a cross of the 50- over the 200-session average is news."""
_CROSSES = {"up": "golden", "down": "death"}
NAMES = ("standing", "standing_since", "next_flip", "next_flip_days")


def read_standing(results: Results, today: str, price: float) -> Results:
    """The four measures from those of the trends; `today` is the newest session (ISO), `price` its close or ratio."""
    word, since = _sum_up(results, today)
    return {"standing": word, "standing_since": since, **_find_flip(results, price)}


def _sum_up(results: Results, today: str) -> tuple[Result, Result]:
    """A word, and the session with which it began."""
    sides = [results[f"trend_{n}"] for n in WINDOWS]
    begun = [results[f"trend_{n}_since"] for n in WINDOWS]
    missing = next((side for side in sides if isinstance(side, Missing)), None)
    if missing:
        return missing, missing
    short, middle, long = sides
    if short == middle == long:
        unknown = next((day for day in begun if isinstance(day, Missing)), None)
        return f"all {short}", unknown or max(map(str, begun))
    cross, crossed = results["cross_50_200"], results["cross_50_200_since"]
    if isinstance(crossed, str) and (date.fromisoformat(today) - date.fromisoformat(crossed)).days <= RECENT_DAYS:
        return _CROSSES[str(cross)], crossed
    if middle == long:
        return ("dip" if middle == "up" else "bounce"), begun[0]
    return ("below 200", begun[2]) if long == "down" else ("below 50", begun[1])


def _find_flip(results: Results, price: float) -> Results:
    """The nearest of the prices at which one of the three trends would turn, and which."""
    flips = {n: results[f"trend_{n}_turn"] for n in WINDOWS}
    known = [(abs(flip - price), n, flip) for n, flip in flips.items() if isinstance(flip, float)]
    if not known:
        return dict.fromkeys(NAMES[2:], flips[WINDOWS[0]])
    _, window, flip = min(known)
    return {"next_flip": flip, "next_flip_days": window}


def define_standing(unit: str, thing: str) -> tuple[Definition, ...]:
    """Of a symbol's prices or a pair's ratios."""
    words = "golden or death for a month after that cross, dip or bounce against both longer ones, else below 50 or 200"
    return (
        Definition("standing", "state", f"all up or all down where trend_20, 50 and 200 agree; {words}", "B1"),
        Definition("standing_since", "date", "the session in which standing began", "B1"),
        Definition("next_flip", unit, "the nearest of trend_20_turn, trend_50_turn and trend_200_turn", "B1"),
        Definition("next_flip_days", "sessions", "sessions of the average whose trend next_flip would change", "B1"),
    )


def tell_standing(results: Results, unit: str) -> tuple[Step, ...]:
    """The trends it rests on, with the price that would change each, and the cross."""
    trends = tuple(
        step
        for n in WINDOWS
        for step in (
            Step(f"trend_{n}", results[f"trend_{n}"], "state"),
            Step(f"trend_{n}_since", results[f"trend_{n}_since"], "date"),
            Step(f"trend_{n}_turn", results[f"trend_{n}_turn"], unit),
        )
    )
    cross = Step("cross_50_200", results["cross_50_200"], "state")
    return (*trends, cross, Step("cross_50_200_since", results["cross_50_200_since"], "date"))
