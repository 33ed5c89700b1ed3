"""A market with everything that a pair may hang on: two legs, yields, dollar, credit, oil, styles."""

from dataclasses import replace

import numpy as np
from study_lines import legs, walk
from study_panels import make_panel

PAIR = "IWM/SPY"
BETA = -0.1
RATES = ("^TNX", "^IRX", "DFII10", "T10YIE")
FUNDS = ("UUP", "HYG", "IEF", "CL=F", "IWD", "IWF")


def columns(count=700, seed=1):
    """Closes of every symbol; small falls by 10 % for each point that the 10-year yield rises."""
    rng = np.random.default_rng(seed + 1000)  # other draws than those of the legs
    small, large = legs(count, seed)
    yields = {name: 3.0 + np.cumsum(rng.normal(0, 0.05, count)) * 0.5 for name in RATES}
    small = small * np.exp(BETA * (yields["^TNX"] - yields["^TNX"][0]))
    funds = {name: walk(count, seed + 10 + i, deviation=0.005) for i, name in enumerate(FUNDS)}
    return {"IWM": small, "SPY": large, **yields, **funds}


def world(count=700, seed=1, **changes):
    """A panel of them; `changes` gives other closes, None leaves a symbol out."""
    known = {name: changes.get(name, values) for name, values in columns(count, seed).items()}
    return make_panel({name: values for name, values in known.items() if values is not None})


def without(panel, symbol, rows):
    """The panel with nothing of `symbol` in some rows."""
    adj, close = panel.adj.copy(), panel.close.copy()
    adj[rows, panel.symbols.index(symbol)] = close[rows, panel.symbols.index(symbol)] = np.nan
    return replace(panel, adj=adj, close=close)
