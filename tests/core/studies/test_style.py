"""Size beside style: correlation against pandas, on made and on real funds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from study_panels import cut_rows, given_of, make_panel
from study_world import PAIR, columns, without, world

from core.studies.study import ALONE
from core.studies.style import STYLES

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"


def values_of(panel):
    return STYLES.calculate(given_of(panel, PAIR))


def expected_of(frame, count):
    logs = np.log(frame).diff().iloc[-count:]
    return (logs["IWM"] - logs["SPY"]).corr(logs["IWD"] - logs["IWF"])


@pytest.mark.parametrize("count", [126, 252])
def test_against_pandas(count):
    assert values_of(world())[f"style_correlation_{count}d"] == pytest.approx(
        expected_of(pd.DataFrame(columns()), count), rel=1e-10
    )


@pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
def test_real_funds():
    frame = pd.DataFrame(
        {
            name: pd.read_csv(DAILY / f"{name}.csv", index_col="Date")["Adj Close"].loc[:"2026-02-27"].tail(300)
            for name in ("IWM", "SPY", "IWD", "IWF")
        }
    ).astype(float)
    found = values_of(make_panel({name: frame[name].to_numpy() for name in frame}))
    assert found["style_correlation_252d"] == pytest.approx(expected_of(frame, 252), rel=1e-10)
    # Much of the rotation into small caps of that year was one into value.
    assert found["style_correlation_252d"] > 0.2


def test_what_is_missing_is_told():
    assert values_of(world(IWD=None))["style_correlation_126d"].reason == (
        "needs IWD and IWF: add to [universe] symbols"
    )
    assert values_of(world(200))["style_correlation_252d"].reason == "IWD/IWF needs 253 sessions, has 200"
    assert values_of(world(IWD=np.ones(700), IWF=np.ones(700)))["style_correlation_126d"].reason == (
        "a ratio did not move"
    )
    last = without(world(), "IWF", [699])
    assert values_of(last)["style_correlation_126d"].reason == f"IWD/IWF has no bar of {last.sessions[-1]}"
    given = given_of(world(200), PAIR)
    assert set(STYLES.calculate(type(given)(given.line)).values()) == {ALONE}


@pytest.mark.parametrize("count", [130, 300, 699])
def test_no_look_ahead(count):
    named = {name: values[:count] for name, values in columns().items()}
    assert values_of(cut_rows(world(), count)) == values_of(make_panel(named))


def test_explained():
    subject = given_of(world(), PAIR)
    steps = STYLES.explain(subject, "style_correlation_126d")
    assert steps[-1].result == STYLES.calculate(subject)["style_correlation_126d"]
    assert str(subject.line.sessions[-1]) in steps[0].text
