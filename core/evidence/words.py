"""The short form of a track record, as it stands beside a warning."""

from core.evidence.record import Outcome
from core.rules.words import say_count


def say_short(outcome: Outcome) -> str:
    """`12 episodes, +1.8 % median in 60 sessions, grade C`, or `insufficient: 4 episodes`."""
    episodes = say_count(outcome.n_episodes, "episode")
    if outcome.grade == "none" or outcome.median is None:
        return f"insufficient: {episodes}"
    told = f"{episodes}, {outcome.median * 100:+.1f} % median in {say_count(outcome.horizon, 'session')}"
    against = outcome.grade != "C" and outcome.as_claimed is False
    return f"{told}, grade {outcome.grade}{', against what it says' if against else ''}"
