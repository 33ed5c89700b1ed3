"""`smid evidence` on files of a made-up market: the table, the page, the JSON, and what is said to a mistake."""

import json

import msgspec
import numpy as np
import pytest

from core.clock import SystemClock
from core.evidence.kept import find_directory, make_key, save_pair
from core.evidence.record import Evidence
from core.evidence.signals import SIGNALS
from tui import cli
from tui.arguments import parse
from tui.commands.common import load_day

DAYS = np.busday_offset(np.datetime64("2023-01-02"), np.arange(820), roll="forward")
LAST = str(DAYS[-1])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """IWM and SPY on walks of three years."""
    folder = tmp_path_factory.mktemp("market")
    for seed, symbol in enumerate(("IWM", "SPY", "MDY"), start=1):
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


def test_the_table(market, capfdbinary):
    assert cli.main(["evidence", *market]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[0] == f"EVIDENCE on IWM/SPY  [FILES as of {LAST}]"
    assert max(map(len, lines)) <= 78
    rows = {line.split()[0].rstrip(":"): line for line in lines if line.startswith("  ") and line.strip()}
    assert set(SIGNALS) <= set(rows)
    assert lines.index("ON AT THE LAST CLOSE") < lines.index("OFF") < lines.index("NO RECORD")


def test_the_page_of_one(market, capfdbinary):
    assert cli.main(["evidence", "trend_20_up", *market]) == 0
    page = capfdbinary.readouterr().out.decode()
    assert page.startswith(f"trend_20_up on IWM/SPY  [FILES as of {LAST}]\n")
    assert max(map(len, page.splitlines())) <= 78
    for part in ("EACH TIME IT CAME ON", "EVERY SESSION IN IT", "BEFORE IT IS BELIEVED", "EPISODES, newest first"):
        assert part in page


def test_json(market, capfdbinary):
    assert cli.main(["evidence", "trend_20_up", "--json", *market]) == 0
    told = msgspec.json.decode(capfdbinary.readouterr().out, type=Evidence)
    assert told.label == f"FILES as of {LAST}"
    (record,) = told.pairs[0].signals
    assert record.parameters == dict(SIGNALS["trend_20_up"].parameters)
    assert all(len(one.episodes) == one.n_episodes for one in record.outcomes)
    assert cli.main(["evidence", "--json", *market]) == 0
    whole = json.loads(capfdbinary.readouterr().out)
    assert [one["name"] for one in whole["pairs"][0]["signals"]] == list(SIGNALS)
    assert not any(outcome["episodes"] for one in whole["pairs"][0]["signals"] for outcome in one["outcomes"])


def test_what_an_engine_has_kept_is_taken(market, capfdbinary):
    """A record under the key of these data, with a word in it that nothing would calculate."""
    assert cli.main(["evidence", "trend_20_up", "--json", *market]) == 0
    told = msgspec.json.decode(capfdbinary.readouterr().out, type=Evidence)
    (pair,) = told.pairs
    (record,) = pair.signals
    marked = msgspec.structs.replace(record, says="as it was kept")
    kept = msgspec.structs.replace(told, pairs=(msgspec.structs.replace(pair, signals=(marked,)),))
    spec, settings = load_day(parse(["evidence", *market]), SystemClock())
    save_pair(find_directory(spec.paths), make_key(told.data, settings), kept)
    assert cli.main(["evidence", "trend_20_up", *market]) == 0
    assert "as it was kept" in capfdbinary.readouterr().out.decode()
    assert cli.main(["once", "--json", *market]) == 0
    findings = json.loads(capfdbinary.readouterr().out)["findings"]
    assert all(one["evidence"] == "" for one in findings if one["signal"] != "trend_20_up")


def test_a_pair_of_two_watched_symbols_will_do(market, capfdbinary):
    assert cli.main(["evidence", "trend_20_up", "--pair", "MDY/IWM", *market]) == 0
    assert capfdbinary.readouterr().out.decode().startswith("trend_20_up on MDY/IWM")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["trend_20_upp"], 2, "There is no signal 'trend_20_upp'. Near: trend_20_up"),
        (["\x1b[2J"], 2, "There is no signal '\N{REPLACEMENT CHARACTER}[2J'. 'smid evidence' lists them all."),
        (["--pair", "IWM/SPX"], 2, "'IWM/SPX' is no pair of two watched symbols. Near: IWM/SPY"),
        (["--pair", "IWM"], 2, "'IWM' is no pair of two watched symbols. Near: "),
        (["--pair", "IJR/SPY"], 4, "There is no evidence on IJR/SPY: no two sessions of IJR/SPY in the data."),
        (["--since", "2024-01-01"], 2, "unknown option '--since'"),
    ],
)
def test_mistakes(market, words, code, sentence, capfdbinary):
    assert cli.main(["evidence", *words, *market]) == code
    heard = capfdbinary.readouterr()
    assert heard.out == b""
    assert heard.err.decode().startswith(f"smid: {sentence}")
    assert heard.err.count(b"\n") == 1
