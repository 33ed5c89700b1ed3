"""Why there is nothing to show: said where one looks, with what to do."""

from typing import Any

import msgspec
import pytest
from scene import LIVE, build_settings
from stage import Stage, seen

from core.engine.link import Link, LinkState
from core.snapshot import EMPTY, Health, SourceInfo
from widgets.chart import ChartPane
from widgets.view import View
from widgets.waiting import ADVICE, explain_nothing

REFUSED = Link(LinkState.FAILED, "Cannot listen on smid.sock: read-only file system.")


def view(link: Link = LIVE, **source: Any) -> View:
    fields: dict[str, Any] = {"name": "yahoo", "is_live": True, "total": 35} | source
    return View(msgspec.structs.replace(EMPTY, source=SourceInfo(**fields)), pair="IWM/SPY", link=link)


@pytest.mark.parametrize(
    ("shown", "sentences"),
    [
        (view(Link(LinkState.STARTING)), ("The engine is starting.",)),
        (view(Link(LinkState.LOST, "It ended."), health=Health.ERROR), ("The engine is starting.",)),
        (view(REFUSED), (REFUSED.text, ADVICE)),
        (view(), ("Waiting for the first numbers.",)),
        (view(loading=12), ("Waiting for the first numbers: 12 of 35 histories are still to come.",)),
        (
            view(health=Health.ERROR, reason="cannot be reached", loading=35),
            ("Nothing has come from yahoo yet: cannot be reached.", "It is tried again by itself.", ADVICE),
        ),
        (
            view(health=Health.RATE_LIMITED),
            ("Nothing has come from yahoo yet: asks to be left alone.", "It is tried again by itself.", ADVICE),
        ),
    ],
)
def test_why_there_is_nothing(shown: View, sentences: tuple[str, ...]) -> None:
    assert explain_nothing(shown) == sentences


@pytest.mark.parametrize("link", [LIVE, REFUSED])
@pytest.mark.parametrize("size", [(120, 19), (78, 8), (40, 12)])
async def test_the_chart_says_it_in_the_middle(link: Link, size: tuple[int, int]) -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(view(link, health=Health.ERROR, reason="query1.finance.yahoo.com cannot be reached"))
        await pilot.pause()
        words = " ".join(" ".join(row.strip("│ ") for row in seen(pane)[1:-1]).split())
        why = REFUSED.text if link is REFUSED else "Nothing has come from yahoo yet: query1.finance.yahoo.com"
        assert words.startswith(why)
        assert words.endswith(ADVICE)
