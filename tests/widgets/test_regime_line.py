"""The second line of the header: who leads, since when, why, who agrees, and what would end it."""

import pytest
from msgspec import structs
from scene import build_scene, build_settings, build_view
from stage import Stage

from core.snapshot import Regime, Snapshot
from widgets.header import Header
from widgets.regime import to_regime
from widgets.tone import DARK

LEADS = Regime(
    pair="IWM/SPY",
    leader="small",
    since="2026-10-26",
    sessions=20,
    states={"50": "up", "200": "up"},
    agree=("IJR", "RSP"),
    disagree=("MDY",),
    provisional=True,
    flips={"50": 0.2871, "200": 0.3126},
    measures=("IWM/SPY.trend_50", "IWM/SPY.trend_200"),
)
BARE = "~Small caps lead since 26 Oct: IWM/SPY above 50d, 200d"
OTHERS, ENDS = "; IJR, RSP agree, MDY not", ", ends at 0.3126 (-2.0%)"
WHOLE = f"~Small caps lead since 26 Oct, 20 sessions: IWM/SPY above 50d, 200d{OTHERS}{ENDS}"
DOWN = {"50": "down", "200": "down"}


def lines(regime: Regime) -> list[str]:
    snapshot = structs.replace(build_scene(), regime=regime)  # its ratio is 0.3190
    return ["".join(text for text, _ in row) for row in to_regime(snapshot, DARK)]


def test_all_of_it_and_less_where_there_is_no_room() -> None:
    assert lines(LEADS) == [
        WHOLE,
        f"{BARE}{OTHERS}{ENDS}",
        f"{BARE}; 2 of 3 agree{ENDS}",
        f"{BARE}; 2 of 3 agree",
        "~Small caps lead since 26 Oct; 2 of 3 agree",
        "~Small caps lead; 2 of 3 agree",
        "~Small caps lead",
    ]


@pytest.mark.parametrize(
    ("changes", "others", "count"),
    [
        ({"agree": (), "disagree": ("IJR", "RSP")}, "; IJR, RSP not so", "; 0 of 2 agree"),
        ({"agree": ("IJR",), "disagree": ()}, "; IJR agrees", "; 1 of 1 agrees"),
        ({"agree": (), "disagree": ()}, "", ""),
        (
            {"agree": ("RSP",), "disagree": (), "behind": {"IJR": "2026-11-19", "MDY": "2026-11-19"}},
            "; RSP agrees, IJR, MDY only of 19 Nov",
            "; 1 of 1 agrees, 2 behind",
        ),
        (
            {"agree": (), "disagree": (), "behind": {"IJR": "2026-11-19", "MDY": "2026-11-18"}},
            "; IJR only of 19 Nov, MDY only of 18 Nov",
            "; 2 behind",
        ),
    ],
)
def test_others_by_name_or_in_numbers(changes: dict[str, object], others: str, count: str) -> None:
    told = lines(structs.replace(LEADS, **changes))
    assert told[1] == f"{BARE}{others}{ENDS}"
    assert told[3] == f"{BARE}{count}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"leader": "large", "states": DOWN, "provisional": False},
            "Large caps lead since 26 Oct, 20 sessions: IWM/SPY below 50d, 200d",
        ),
        (
            {"leader": "none", "since": None, "sessions": None, "states": {"50": "up", "200": "down"}},
            "~Nobody leads: IWM/SPY above 50d, below 200d",
        ),
        ({"since": None, "sessions": None}, "~Small caps lead: IWM/SPY above 50d, 200d"),
        ({"sessions": 1}, "~Small caps lead since 26 Oct, 1 session: IWM/SPY above 50d, 200d"),
    ],
)
def test_words(changes: dict[str, object], words: str) -> None:
    assert lines(structs.replace(LEADS, agree=(), disagree=(), flips={}, **changes))[0] == words


def test_what_cannot_be_said_says_why() -> None:
    assert lines(Regime(pair="IWM/SPY", reason="IWM/SPY: needs 200 sessions, has 90")) == [
        "No regime: IWM/SPY: needs 200 sessions, has 90"
    ]
    assert lines(Regime()) == []


async def shown(snapshot: Snapshot, width: int) -> tuple[str, Header]:
    header = Header(build_settings())
    async with Stage(header).run_test(size=(width, 2)) as pilot:
        header.styles.height = 2
        header.show(build_view(snapshot))
        await pilot.pause()
        return "".join(segment.text for segment in header.row(1)), header


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (124, WHOLE),
        (112, f"{BARE}{OTHERS}{ENDS}"),
        (100, f"{BARE}; 2 of 3 agree{ENDS}"),
        (80, f"{BARE}; 2 of 3 agree"),
        (40, "~Small caps lead; 2 of 3 agree"),
        (28, "~Small caps lead"),
    ],
)
async def test_the_first_that_fits_is_shown(width: int, words: str) -> None:
    row, header = await shown(structs.replace(build_scene(), regime=LEADS), width)
    assert row.strip() == words
    assert "regime,IWM/SPY.trend_50,IWM/SPY.trend_200" in [spot.addresses for spot in header.spots if spot.y == 1]
