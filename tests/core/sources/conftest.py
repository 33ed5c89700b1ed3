"""The sources under test: a new one joins by a file `cases_<source>.py`, see `source_makers.Case`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from source_cases import SOURCES
from source_makers import WALL, Case

from core.clock import ManualClock
from core.sources.base import Source


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(WALL)


@pytest.fixture(params=SOURCES, ids=[f"{case.name}-{number}" for number, case in enumerate(SOURCES)])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def source(case: Case, tmp_path: Path, clock: ManualClock) -> Iterator[Source]:
    with case.open(tmp_path, clock) as opened:
        yield opened
