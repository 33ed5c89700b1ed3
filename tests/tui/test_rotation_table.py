"""The rotation map as rows of the page that `smid once --text` prints."""

import msgspec
from made import AT, make_settings, make_snapshot

from core.snapshot import Track, TrackPoint
from tui.report import format_report

POINTS = (TrackPoint("2026-03-20", 100.4, 99.8), TrackPoint("2026-03-24", 101.234, 99.5))
WAY = Track(
    pair="IWM/SPY", group="sizes", against="pairs", pace="weekly", quadrant="weakening", since="2026-03-13",
    heading=-19.8, distance=1.331, as_of=AT, provisional=True, points=POINTS,
)  # fmt: skip


def page(*tracks: Track, **rotation: str) -> str:
    settings = make_settings()
    settings = msgspec.structs.replace(settings, rotation=msgspec.structs.replace(settings.rotation, **rotation))
    return format_report(msgspec.structs.replace(make_snapshot(), tracks=tracks), settings)


def test_a_row_a_pair():
    final = msgspec.structs.replace(WAY, pair="XLF/SPY", group="sectors", provisional=False, since=None)
    text = page(WAY, final)
    assert "ROTATION MAP: sizes, sectors; pairs, weekly\n" in text
    rows = [line.split() for line in text.split("\n") if "weakening" in line]
    assert rows == [
        ["IWM/SPY", "~weakening", "~2026-03-13", "~101.23", "~99.50", "~-20", "~1.33"],
        ["XLF/SPY", "weakening", "n/a", "101.23", "99.50", "-20", "1.33"],
    ]
    table = text[text.index("ROTATION") :].partition("\n\n")[0]
    assert max(map(len, table.split("\n"))) <= 78


def test_it_is_the_map_that_the_settings_open_with():
    market = msgspec.structs.replace(WAY, pair="IWM/VTI", against="market", pace="daily")
    assert "IWM/VTI" not in page(WAY, market)
    text = page(WAY, market, against="market", pace="daily")
    assert "ROTATION MAP: sizes, sectors; against VTI, daily\n" in text
    assert "IWM/VTI  ~weakening" in text


def test_what_is_missing_says_why_below():
    text = page(msgspec.structs.replace(WAY, points=(), quadrant=None, reason="needs 28 weeks, has 3"))
    assert text.count("n/a[") >= 6
    assert "IWM/SPY on the weekly map: needs 28 weeks, has 3" in text


def test_without_a_map_there_is_no_table():
    assert "ROTATION" not in page()
