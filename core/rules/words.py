"""Numbers and dates inside the sentences of findings, the same in every rule."""


def say_percent(fraction: float) -> str:
    """0.0437 as `4.4 %`."""
    return f"{fraction * 100:.1f} %"


def say_rank(fraction: float) -> str:
    """0.913 as `91st percentile`; only what is the highest of all is the 100th."""
    rank = 100 if fraction >= 1.0 else min(99, round(fraction * 100))
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending} percentile"


def say_times(ratio: float) -> str:
    """1.534 as `1.53 times`."""
    return f"{ratio:.2f} times"


def say_count(count: int, noun: str) -> str:
    """`1 session`, `12 sessions`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def say_list(names: tuple[str, ...], most: int = 3) -> str:
    """`IWM, SPY, IJR and 2 more`."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
