"""The economy of the simulated market: whole, of the seed alone, of sizes that can be believed."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from source_makers import make_context

from core.engine.opening import open_economy
from core.engine.spec import EngineSpec
from core.macro.catalogue import CATALOGUE
from core.sources.registry import open_source

DAY = np.datetime64("2026-02-27")


def economy(tmp_path, seed="119", day=date(2026, 2, 27)):
    context = make_context(tmp_path, date=day)
    source = open_source(f"simulated:{seed}", context)
    feed = open_economy(EngineSpec(source=f"simulated:{seed}", data_dir=str(tmp_path)), context.settings, source)
    return feed.load(datetime(2026, 2, 27, 22, tzinfo=UTC))


@pytest.fixture(scope="module")
def macro(tmp_path_factory):
    return economy(tmp_path_factory.mktemp("simulated"))


def test_every_series_is_there_and_labelled(macro):
    assert macro.series.keys() == CATALOGUE.keys()
    assert macro.origin == "simulated"
    assert not [name for name in CATALOGUE if isinstance(macro.known(name, DAY), str)]


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("DGS10", 0.2, 6), ("T10Y3M", -3, 4.5), ("BAMLH0A0HYM2", 2, 16), ("BAA10Y", 1, 7), ("UNRATE", 2.5, 15),
     ("ICSA", 150e3, 4e6), ("DRTSCIS", -30, 90), ("NFCI", -2, 3), ("VIXCLS", 8, 100), ("GASREGW", 1, 6)],
)  # fmt: skip
def test_sizes_can_be_believed(macro, name, least, most):
    values = macro.series[name].values
    assert least <= values.min() < values.max() <= most


def test_it_hangs_on_the_seed(macro, tmp_path):
    again, other = economy(tmp_path), economy(tmp_path, seed="7")
    assert (again.series["UNRATE"].values == macro.series["UNRATE"].values).all()
    assert (other.series["UNRATE"].values != macro.series["UNRATE"].values).any()


def test_credit_widens_when_shares_fall(macro):
    """Monthly changes of the spread against those of the volatility index: they go together, as in the real one."""
    spread, fear = macro.series["BAMLH0A0HYM2"].values, macro.series["VIXCLS"].values
    assert np.corrcoef(np.diff(spread[::20]), np.diff(fear[::20]))[0, 1] > 0.2


def test_the_session_after_knows_what_this_one_knew(macro, tmp_path):
    later = economy(tmp_path, day=date(2026, 3, 2)).series["ICSA"]
    count = len(macro.series["ICSA"].values)
    assert len(later.values) >= count
    np.testing.assert_allclose(later.values[: count - 1], macro.series["ICSA"].values[: count - 1])
