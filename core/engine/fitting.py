"""`python -m core.engine.fitting`: reads returns on stdin, fits GARCH models, writes what it found, ends.

A process of its own because the library takes over a second and 140 MB to load, and a fit as long as several
refreshes: when it has ended, all of that is given back.
"""

import math
import os
import sys

import msgspec
from msgspec import Struct

NICENESS = 10


class Sample(Struct, frozen=True):
    """100 times the log returns of one symbol, oldest first."""

    symbol: str
    returns: list[float]


class Found(Struct, frozen=True):
    """The parameters of one symbol, and the variance of the session after the last return; in percent, squared."""

    symbol: str
    mean: float = 0.0
    omega: float = 0.0
    alpha: float = 0.0
    beta: float = 0.0
    variance: float = 0.0
    converged: bool = False


def fit_garch(sample: Sample) -> Found:
    """GARCH(1,1) with constant mean and normal errors, by maximum likelihood [C10]."""
    import numpy as np
    from arch import arch_model

    returns = np.array(sample.returns)
    try:
        with np.errstate(all="ignore"):
            model = arch_model(returns, mean="Constant", vol="GARCH", p=1, q=1, dist="normal", rescale=False)
            result = model.fit(disp="off", show_warning=False)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):  # returns that no model fits: all of them equal
        return Found(sample.symbol)
    mean, omega, alpha, beta = (float(value) for value in result.params.to_numpy())
    variance = float(result.forecast(horizon=1, reindex=False).variance.to_numpy()[-1, 0])
    is_finite = all(map(math.isfinite, (mean, omega, alpha, beta, variance)))
    if not is_finite:
        return Found(sample.symbol)
    return Found(sample.symbol, mean, omega, alpha, beta, variance, result.convergence_flag == 0)


def main() -> int:
    """Answer one question; the exit code."""
    os.nice(NICENESS)
    samples = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[Sample])
    sys.stdout.buffer.write(msgspec.msgpack.encode([fit_garch(sample) for sample in samples]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
