"""The volatility pane with the screen to itself: forecasts, estimators, falls and tail risk beside each other."""

import msgspec
import pytest
from scene import NOW, PAIR, build_scene, build_settings, build_view
from stage import Stage, seen

from core.snapshot import EMPTY, Measure, Snapshot, SubjectState
from widgets.pane import Pane
from widgets.view import View
from widgets.volatility import VolatilityPane

VALUES: dict[str, tuple[object, object, str]] = {
    "garch_volatility_20d": (0.2841, 0.1702, "fraction"),
    "ewma_volatility": (0.2615, 0.1533, "fraction"),
    "garch_note": ("GARCH fitted on 5030 returns until 2026-11-19",) * 2 + ("state",),
    "implied_volatility": (0.2455, 0.1822, "fraction"),
    "implied_minus_realised_20d": (-0.0285, 0.0212, "fraction"),
    "implied_minus_realised_percentile_1260d": (0.07, 0.55, "fraction"),
    "yang_zhang_20d": (0.2651, 0.1577, "fraction"),
    "overnight_share_20d": (0.31, 0.28, "fraction"),
    "value_at_risk_99_504d": (0.0344, 0.0253, "fraction"),
    "value_at_risk_99_504d_10d": (0.1088, 0.08, "fraction"),
    "value_at_risk_breaches_99_504d": (3, 10, "count"),
    "value_at_risk_light_99_504d": ("green", "red", "state"),
    "value_at_risk_kupiec_99_504d": (0.758, 0.0002, "fraction"),
    "drawdown": (-0.0431, -0.01, "fraction"),
    "drawdown_sessions": (41, 12, "sessions"),
}  # fmt: skip
OF_THE_PAIR: dict[str, tuple[object, str]] = {
    "implied_ratio": (1.347, "ratio"),
    "value_at_risk_99_504d": (0.0192, "fraction"),
    "value_at_risk_breaches_99_504d": (6, "count"),
    "value_at_risk_light_99_504d": ("yellow", "state"),
}


def build_full(**changes: Measure) -> Snapshot:
    scene = build_scene()
    found: dict[str, Measure] = {}
    for name, (small, large, unit) in VALUES.items():
        for symbol, value in (("IWM", small), ("SPY", large)):
            found[f"{symbol}.{name}"] = Measure(value, unit, NOW)  # type: ignore[arg-type]
    for name, (value, unit) in OF_THE_PAIR.items():
        found[f"{PAIR}.{name}"] = Measure(value, unit, NOW)  # type: ignore[arg-type]
    cones = dict.fromkeys(("IWM", "SPY"), scene.cones["IWM"][:1] * 6)
    return msgspec.structs.replace(scene, measures=scene.measures | found | changes, cones=cones)


async def shown(view: View, size: tuple[int, int], keys: tuple[str, ...] = ()) -> list[str]:
    pane: Pane = VolatilityPane(build_settings())
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(view)
        pane.focus()
        await pilot.press(*keys)
        await pilot.pause()
        return [row.strip("│").rstrip() for row in seen(pane)]


def row_of(rows: list[str], label: str) -> list[str]:
    """The words after `label`."""
    (row,) = (row for row in rows if label in row)
    return row[row.index(label) + len(label) :].split()


async def test_tables_stand_beside_each_other() -> None:
    rows = await shown(build_view(build_full()), (120, 38))
    assert row_of(rows, "expected, % a year") == [
        "IWM",
        "SPY",
        "ratio",
        "loss",
        "of",
        "a",
        "session,",
        "%",
        "IWM",
        "SPY",
        "spread",
    ]
    assert row_of(rows, "realised, last 20")[:3] == ["~27.4", "~16.1", "~1.70×"]
    assert row_of(rows, "GARCH, next 20")[:2] == ["28.4", "17.0"]
    assert row_of(rows, "options, next 21")[:3] == ["24.6", "18.2", "1.35×"]
    assert row_of(rows, "less realised")[:2] == ["-2.9", "+2.1"]
    assert row_of(rows, "its 5y percentile")[:2] == ["7", "55"]
    assert row_of(rows, "99 % VaR ") == ["3.44", "2.53", "1.92"]
    assert row_of(rows, "99 % VaR, √10 days") == ["10.88", "8.00", "—"]
    assert row_of(rows, "beyond 99 %, of 250") == ["3", "green", "10", "red", "6", "yellow"]
    assert row_of(rows, "Kupiec p-value") == ["0.76", "0.00", "—"]
    assert row_of(rows, "of it overnight")[:2] == ["31", "28"]
    assert row_of(rows, "sessions under") == ["41", "12"]
    assert any("GARCH fitted on 5030 returns until 2026-11-19" in row for row in rows)
    assert sum("5y range" in row for row in rows) == 2, "the cones are still there"
    assert row_of(rows, "IWM, 5y range") == ["p90", "now", "adjust"]
    assert not rows[-1].strip("╰─╯ "), "and nothing is left out"


async def test_columns_end_where_their_names_end() -> None:
    rows = await shown(build_view(build_full()), (120, 38))
    head, *body = (row for row in rows if row.lstrip().startswith(("expected", "GARCH, next", "EWMA", "options")))
    for column in ("IWM", "SPY"):
        end = head.index(column) + 3
        assert all(row[end - 1].isdigit() and row[end] == " " for row in body)


async def test_a_low_screen_scrolls() -> None:
    """80x24: what a decision asks for first, the rest a page away."""
    view = build_view(build_full())
    rows = await shown(view, (80, 22))
    assert "Kupiec p-value" in rows[-2]
    assert rows[-1].strip("╰─╯ ") == "+30 more"
    rows = await shown(view, (80, 22), ("end",))
    assert rows[-1].strip("╰─╯ ") == "+30 above"
    assert "├" in rows[-2], "a row of the last cone"


async def test_in_company_it_stays_small() -> None:
    rows = await shown(build_view(build_full()), (80, 21))
    assert sum("5y range" in row for row in rows) == 2
    assert not any("VaR" in row for row in rows)
    assert rows == await shown(build_view(build_full()), (80, 21), ("down", "end"))


async def test_the_note_of_the_small_leg_goes_first_where_they_differ() -> None:
    note = Measure("EWMA stands in for GARCH: alpha + beta 0.9993: no way back to a mean", "state", NOW)
    missing = Measure(None, "fraction", NOW, reason="alpha + beta 0.9993: no way back to a mean")
    snapshot = build_full(**{"IWM.garch_note": note, "IWM.garch_volatility_20d": missing})
    rows = await shown(build_view(snapshot), (80, 38))
    assert any("IWM EWMA stands in for GARCH: alpha + beta 0.9993" in row for row in rows)
    assert row_of(rows, "GARCH, next 20") == ["—", "17.0"]
    narrow = await shown(build_view(snapshot), (53, 60))
    at = next(i for i, row in enumerate(narrow) if "IWM EWMA stands" in row)
    assert " ".join(row.strip(" │") for row in narrow[at : at + 2]) == f"IWM {note.value}"  # two rows, none cut


async def test_numbers_of_another_time_are_not_coloured() -> None:
    stale = msgspec.structs.replace(build_full(), quality=build_scene(IWM=SubjectState.STALE).quality)
    pane = VolatilityPane(build_settings())
    async with Stage(pane).run_test(size=(120, 38)) as pilot:
        pane.show(build_view(stale))
        await pilot.pause()
        by_text = {s.text.strip(): s.style for y in range(38) for s in pane.row(y)}
        assert by_text["28.4"] == pane.tone.style("muted")
        assert by_text["17.0"] == pane.tone.style("large")


@pytest.mark.parametrize("size", [(120, 38), (80, 22), (60, 40), (200, 60), (51, 30)])
async def test_nothing_known_is_dashes(size: tuple[int, int]) -> None:
    rows = await shown(build_view(EMPTY), size)
    assert "no data yet" in rows[1]
    assert row_of(rows, "EWMA, from now on")[:2] == ["—", "—"]
