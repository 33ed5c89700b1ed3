"""What the page of sectors shows is what the studies say of the same pairs."""

import numpy as np
import pytest
from study_panels import make_panel

from core.studies.around import Around
from core.studies.given import give
from core.studies.relative import RELATIVE
from core.studies.rotation import ROTATION
from core.studies.sectors import list_pairs, measure_sectors, read_line
from core.studies.strength import STRENGTH
from core.studies.study import Missing
from core.studies.trends import TRENDS

PARTS = (RELATIVE, TRENDS, STRENGTH, ROTATION)
WATCHED = ("PSCF", "XLF", "SPY", "KRE", "IJR")


def walks(count):
    rng = np.random.default_rng(11)
    return {name: 100 * np.exp(np.cumsum(rng.normal(0.0003, 0.01, count))) for name in WATCHED}


@pytest.mark.parametrize("count", [700, 230, 60, 15, 1])
def test_the_same_as_the_studies(count):
    around = Around(make_panel(walks(count)))
    for pair in ("PSCF/XLF", "XLF/SPY", "KRE/XLF"):
        given = give(around, around.line(pair), None)
        wanted = {name: result for study in PARTS for name, result in study.calculate(given).items()}
        for name, result in read_line(given.line).items():
            is_number = not isinstance(result, Missing | str)
            assert result == (pytest.approx(wanted[name]) if is_number else wanted[name]), name


def test_only_pairs_whose_symbols_are_watched():
    around = Around(make_panel(walks(300)))
    measures = measure_sectors(around)
    pairs = {"PSCF/XLF", "XLF/SPY", "KRE/XLF", "KRE/SPY", "IJR/SPY"}
    assert {address.rpartition(".")[0] for address in measures} == pairs
    assert isinstance(measures["PSCF/XLF.gap_63d"].value, float)
    assert measures["PSCF/XLF.sector_weight_small"].reason.startswith("needs the weight of financials")
    assert "KRE/XLF.sector_weight_small" not in measures


def test_pairs_of_the_page():
    pairs = list_pairs()
    assert len(pairs) == len(set(pairs)) == 24  # eleven sectors and regional banks, in both tables
    assert {"PSCF/XLF", "KRE/SPY", "XLRE/SPY", "PSCU/XLC"} <= set(pairs)
