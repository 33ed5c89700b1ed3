"""Why there is nothing to show, and what a person can do: said in the middle of the screen, not at its edge."""

from core.engine.link import LinkState
from core.snapshot import Health
from widgets.view import View

ADVICE = "`smid doctor` says what is wrong here; `smid demo` shows a market that needs no network."
_FAILING = {Health.ERROR: "cannot be asked", Health.RATE_LIMITED: "asks to be left alone"}


def explain_nothing(view: View) -> tuple[str, ...]:
    """What keeps the numbers from coming, then what to do; one sentence where it is only a matter of time."""
    source, link = view.snapshot.source, view.link
    if link.state is LinkState.FAILED:
        return (link.text or "There is no engine.", ADVICE)
    if not view.is_live:
        return ("The engine is starting.",)
    if source.health in _FAILING:
        why = f"Nothing has come from {source.name} yet: {source.reason or _FAILING[source.health]}."
        return (why, "It is tried again by itself.", ADVICE)
    if source.loading:
        return (f"Waiting for the first numbers: {source.loading} of {source.total} histories are still to come.",)
    return ("Waiting for the first numbers.",)


def is_failing(view: View) -> bool:
    """Whether what is missing is not just on its way."""
    return view.link.state is LinkState.FAILED or (view.is_live and view.snapshot.source.health in _FAILING)
