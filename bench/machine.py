"""The machine that the figures are of, in a sentence."""

import os
import platform
from pathlib import Path


def describe() -> str:
    """Processor, number of cores, system, Python; and how busy it is now."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {_processor()}, {platform.system()}, Python {platform.python_version()};"
        f" load average {load:.1f} before the measurement"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
