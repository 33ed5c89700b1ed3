"""The short form of a track record, as it stands beside a warning."""

from collections.abc import Mapping

from core.evidence.record import Outcome, SignalRecord
from core.rules.words import say_count

_MAIN: Mapping[str, int] = {"1-3 months": 60, "6-12 months": 120, "over a year": 756}


def find_main(record: SignalRecord) -> Outcome | None:
    """The outcome that is told first: by entries, as a warning is one, within the horizon that the signal is for.

    It is the same for all signals of a horizon: the best of twelve would look good by chance. None where there is no
    record.
    """
    sessions = _MAIN.get(record.horizon, 60)
    return next((one for one in record.outcomes if (one.kind, one.horizon) == ("entry", sessions)), None)


def say_record(record: SignalRecord) -> str:
    """The short form of a signal, or why there is none."""
    main = find_main(record)
    return say_short(main) if main else f"no evidence: {record.reason or 'no outcome is known'}"


def say_short(outcome: Outcome) -> str:
    """`12 episodes, +1.8 % median in 60 sessions, grade C`, or `insufficient: 4 episodes`."""
    episodes = say_count(outcome.n_episodes, "episode")
    if outcome.grade == "none" or outcome.median is None:
        return f"insufficient: {episodes}"
    told = f"{episodes}, {outcome.median * 100:+.1f} % median in {say_count(outcome.horizon, 'session')}"
    against = outcome.grade != "C" and outcome.as_claimed is False
    return f"{told}, grade {outcome.grade}{', against what it says' if against else ''}"
