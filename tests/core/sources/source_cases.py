"""All sources of the contract test: what the `cases_*.py` beside this file bring (see `source_makers.Case`)."""

from importlib import import_module
from pathlib import Path

from source_makers import Case

_FILES = sorted(path.stem for path in Path(__file__).parent.glob("cases_*.py"))
SOURCES: list[Case] = [case for file in _FILES for case in import_module(file).CASES]
