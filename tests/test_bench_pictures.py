"""The pictures: of the simulated market alone, the same every time, and asking no other host for anything."""

import re

import pytest

from bench.market import Market, open_fixed_market
from bench.pictures import PICTURES, SECONDS, TODAY, take, to_plain_svg

TEXT = "&#160;A&amp;B&#160;&#160;c&#160;\u2819\u2801"
RICH = """<svg class="rich-terminal" viewBox="0 0 994 635" xmlns="http://www.w3.org/2000/svg">
<style>
@font-face {
    font-family: "Fira Code";
    src: local("FiraCode-Regular"), url("https://example.org/FiraCode-Regular.woff2") format("woff2");
}
.t-matrix { font-family: Fira Code, monospace; font-size: 20px; }
</style>
<defs><clipPath id="t-clip-terminal"><rect x="0"/></clipPath><clipPath id="t-line-0">
<rect x="0" y="1.5" width="976" height="24.65"/>
</clipPath></defs>
<text class="t-r1" x="12.2" y="20" textLength="109.8" clip-path="url(#t-line-0)">{TEXT}</text>
<text class="t-r1" x="122" y="20" textLength="24.4" clip-path="url(#t-line-0)">&#160;&#160;</text>
</svg>""".replace("{TEXT}", TEXT)


@pytest.fixture(scope="module")
def market() -> Market:
    return open_fixed_market(TODAY, SECONDS)


def test_each_word_and_each_dotted_cell_stands_at_its_own_place() -> None:
    svg = to_plain_svg(RICH)
    assert re.findall(r'<text class="t-r1" x="([\d.]+)" y="20" textLength="([\d.]+)">(.*?)</text>', svg) == [
        ("24.4", "36.6", "A&amp;B"),
        ("85.4", "12.2", "c"),
        ("109.8", "12.2", "\u2819"),
        ("122", "12.2", "\u2801"),
    ]
    assert svg.count("<text") == 4, "blanks are no words"


def test_no_font_is_fetched_and_no_line_is_clipped() -> None:
    svg = to_plain_svg(RICH)
    assert "example.org" not in svg
    assert "@font-face" not in svg
    assert "Fira" not in svg
    assert "line-0" not in svg
    assert "t-clip-terminal" in svg
    assert "font-size: 20.27px" in svg


async def test_a_picture_shows_a_lively_simulated_market_the_same_every_time(market: Market) -> None:
    picture = next(picture for picture in PICTURES if picture.name == "monitor-80x24")
    first, second = [await take(market, picture) for _ in range(2)]
    assert first == second
    words = re.findall(r"<text [^>]*>(.*?)</text>", first)
    assert {"SIMULATED", "SMID", "15:32:08", "IWM/SPY"} <= set(words)
    assert any(word.startswith(("WARN", "WATCH", "INFO")) for word in words), "a risk to be seen"
    assert not re.search(r"url\((?!#)|@font-face|href", first)
