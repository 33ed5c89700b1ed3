"""A fund on disk: its list, and its constituents' closes as a table or as files of daily bars."""

import numpy as np

from core.settings import BreadthSettings

DAYS = np.busday_offset(np.datetime64("2024-01-02"), np.arange(400), roll="forward").astype("datetime64[D]")
"""Weekdays, holidays or not: to the reader a session is a day with closes."""


def walks(symbols, sessions=400, seed=1):
    rng = np.random.default_rng(seed)
    return np.round(50 * np.exp(np.cumsum(rng.normal(0.0003, 0.02, (symbols, sessions)), axis=1)), 2)


def names_of(count):
    return [f"S{i:03}" for i in range(count)]


def write_list(path, names, weights=None):
    lines = [
        name if weights is None else f"{name},{weight}" for name, weight in zip(names, weights or names, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_table(path, names, values, days=None):
    days = DAYS[: values.shape[1]] if days is None else days
    cell = lambda value: "" if np.isnan(value) else str(value)  # noqa: E731
    rows = [",".join([str(day), *map(cell, column)]) for day, column in zip(days, values.T, strict=True)]
    path.write_text("\n".join([",".join(["Date", *names]), *rows]) + "\n")
    return path


def write_directory(path, names, values, *, spread=0.01, volume=1e6):
    """Daily bars that open at the close before, and reach half a spread beyond both."""
    path.mkdir(exist_ok=True)
    for name, closes in zip(names, values, strict=True):
        opens = np.concatenate([closes[:1], closes[:-1]])
        high, low = np.maximum(opens, closes) * (1 + spread / 2), np.minimum(opens, closes) * (1 - spread / 2)
        rows = [
            f"{day},{o:.6f},{h:.6f},{lo:.6f},{c:.6f},{c:.6f},{volume:.0f}"
            for day, o, h, lo, c in zip(DAYS, opens, high, low, closes, strict=False)
        ]
        (path / f"{name}.csv").write_text("\n".join(["Date,Open,High,Low,Close,Adj Close,Volume", *rows]) + "\n")
    return path


def settings_of(holdings, *bars):
    return BreadthSettings(
        holdings=tuple(f"{fund}={path}" for fund, path in holdings.items()), bars=tuple(map(str, bars))
    )
