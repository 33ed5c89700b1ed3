"""`smid claims` on files of a made-up market: the table, the page, the JSON against its schema, and mistakes."""

import json

import jsonschema
import numpy as np
import pytest

from tui import cli
from tui.commands.schema import build_schema

DAYS = np.busday_offset(np.datetime64("2024-06-03"), np.arange(475), roll="forward")
LAST = str(DAYS[-1])
OWN = """
[mine]
kind = "figure"
says = "The ratio is where it was"
who = "me"
said = {day}
claimed = 0.0
tolerance = 9.0
of = "IWM/SPY.gap_20d"

[wrong]
kind = "figure"
says = "No measure has that name"
who = "me"
said = {day}
claimed = 0.0
of = "IWM/SPY.gap_20"

[soon]
kind = "forecast"
says = "Small caps gain 10 to 20 % in a year"
who = "me"
said = {start}
of = "IWM"
low = 0.10
high = 0.20
deadline = 2027-01-31
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two funds and two indices on walks of two years."""
    folder = tmp_path_factory.mktemp("market")
    for seed, symbol in enumerate(("IWM", "SPY", "^RUT", "^GSPC"), start=1):
        prices = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0.0002, 0.01, len(DAYS))))
        rows = [f"{day},{p},{p},{p},{p},{p},1000" for day, p in zip(DAYS, prices.tolist(), strict=True)]
        text = "\n".join(["Date,Open,High,Low,Close,Adj Close,Volume", *rows])
        (folder / f"{symbol}.csv").write_text(text + "\n")
    return folder


@pytest.fixture
def market(files, tmp_path, monkeypatch):
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    return ["--source", f"files:{files}", "--as-of", LAST]


@pytest.fixture
def own(market, tmp_path):
    claims, config = tmp_path / "mine.toml", tmp_path / "config.toml"
    claims.write_text(OWN.format(day=LAST, start=DAYS[-60]))
    config.write_text(f'[claims]\nfile = "{claims}"\nshipped = false\n')
    return [*market, "--config", str(config)]


def test_the_table(market, capfdbinary):
    assert cli.main(["claims", *market]) == 0
    out, err = capfdbinary.readouterr()
    lines = out.decode().splitlines()
    assert lines[0] == f"CLAIMS  [FILES as of {LAST}]"
    assert max(map(len, lines)) <= 78
    assert lines.index("OPEN") < lines.index("CANNOT BE CHECKED")
    assert any(line.startswith("  rotation_legs ") for line in lines)
    assert not err


def test_the_page_of_one(own, capfdbinary):
    assert cli.main(["claims", "mine", *own]) == 0
    out, err = capfdbinary.readouterr()
    page = out.decode()
    assert page.startswith(f"CONFIRMED  mine  [FILES as of {LAST}]\n")
    assert max(map(len, page.splitlines())) <= 78
    for part in ("The ratio is where it was", f"me, {LAST}; from your own file", "AS IT SAYS", "IWM/SPY.gap_20d"):
        assert part in page
    assert b"[wrong] of = " in err  # told once, and the others are answered


def test_the_way_of_a_forecast(own, capfdbinary):
    assert cli.main(["claims", "soon", *own]) == 0
    page = capfdbinary.readouterr().out.decode()
    assert page.startswith("OPEN  soon")
    for part in ("THE WAY", "+10 to +20 % until 2027-01-31", "sessions are over", "required", "RETURN SINCE"):
        assert part in page
    assert max(map(len, page.splitlines())) <= 78


def test_ascii(own, capfdbinary):
    assert cli.main(["claims", "soon", "--ascii", *own]) == 0
    chart = capfdbinary.readouterr().out.decode().partition("RETURN SINCE")[2]
    assert "*" in chart
    assert chart.isascii()


def test_json(own, capfdbinary):
    assert cli.main(["claims", "--json", *own]) == 0
    found = json.loads(capfdbinary.readouterr().out)
    jsonschema.validate(found, json.loads(build_schema("claims")))
    assert found["schema"] == "smid.claims/1"
    assert [one["id"] for one in found["claims"]] == ["mine", "soon"]
    assert len(found["problems"]) == 1


def test_a_name_that_is_not_there(own, capfdbinary):
    assert cli.main(["claims", "mime", *own]) == 2
    assert b"There is no claim 'mime'. Near: mine." in capfdbinary.readouterr().err
    assert cli.main(["claims", "wrong", *own]) == 2
    assert b"[wrong] of = " in capfdbinary.readouterr().err


def test_the_schema_is_printed(capfdbinary):
    assert cli.main(["schema", "claims"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["title"] == "smid.claims/1"
