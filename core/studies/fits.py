"""What a fitted model is: numbers found elsewhere, in their own time, and handed to the studies."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct


class GarchFit(Struct, frozen=True, kw_only=True):
    """GARCH(1,1) with a constant mean of 100 times the log returns of one symbol until `session` (ISO) [C10].

    `variance` is what the fit expects of the session after that one: from there on a recursion with these parameters
    carries it through sessions that the fit has not seen. `mean` is in percent, `omega` and `variance` in percent
    squared, a session each.
    """

    symbol: str
    session: str
    fitted: str
    """The day it was made (ISO): there is one a day at most."""
    key: str
    """Digest of the returns it was made from."""
    observations: int
    mean: float
    omega: float
    alpha: float
    beta: float
    variance: float
    converged: bool


Fits = Mapping[str, GarchFit]
"""By symbol; a symbol that is not there has not been fitted yet."""
NO_FITS: Fits = MappingProxyType({})
