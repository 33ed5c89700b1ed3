"""The claims as the engine tells them: asked for when their page is first opened, told anew whenever they change."""

from collections.abc import Callable

from core.engine.messages import Claimed, ToEngine, WantClaims
from widgets.view import NO_CLAIMS, Claims


class ClaimsReader:
    """Each answer is followed by the question for the next: the engine answers it when there is something new."""

    def __init__(self, ask: Callable[[ToEngine], None]) -> None:
        self._ask = ask
        self._is_open = False
        self.known: Claims = NO_CLAIMS

    def open(self) -> None:
        """Ask, if nobody has yet."""
        if not self._is_open:
            self._is_open = True
            self._ask(WantClaims())

    def ask_again(self) -> None:
        """Another engine has come, which was never asked."""
        if self._is_open:
            self._ask(WantClaims())

    def take(self, told: Claimed) -> None:
        """What the engine says; a failure leaves what was known."""
        self.known = Claims(told.ledger or self.known.ledger, told.reason)
        self._ask(WantClaims(known=told.key))
