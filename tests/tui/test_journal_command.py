"""`smid journal`: the page, JSON and CSV, filters, and what is said where there is nothing."""

import csv
import io
import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from core.engine.spec import EngineSpec
from core.journal.entry import Change, Entry
from core.rules.level import Level
from core.store import open_store
from tui import cli

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))


def entry(hours: int, change: Change, before: Level, after: Level, **more: object) -> Entry:
    made = {"rule": "pullback", "subject": "IWM/SPY", "text": "IWM/SPY is 4.4 % under its high"} | more
    return Entry(
        time=AT + timedelta(hours=hours), session="2026-02-27", change=change, level_from=before, level_to=after, **made
    )


ENTRIES = [
    entry(0, Change.RAISED, Level.OK, Level.WATCH, value=-0.0437, threshold=-0.04, provisional=True),
    entry(1, Change.CONFIRMED, Level.OK, Level.WATCH, value=-0.0437, threshold=-0.04),
    entry(2, Change.NOTIFIED, Level.OK, Level.WATCH, note="hook"),
    entry(30, Change.ACKNOWLEDGED, Level.WATCH, Level.WATCH, who="ann", note='=HYPERLINK("http://x")'),
    entry(31, Change.SNOOZED, Level.WATCH, Level.WATCH, who="ann", until=AT + timedelta(days=3)),
    entry(50, Change.RAISED, Level.WATCH, Level.WARN, value=-0.0712, threshold=-0.07, text="fell further"),
    entry(51, Change.FAILED, Level.OK, Level.OK, rule="", subject="", text="smid WARN: x", note="email: refused"),
    entry(90, Change.RESOLVED, Level.WARN, Level.OK, rule="streak", subject="IWM", text=""),
]


@pytest.fixture
def place(tmp_path):
    data = tmp_path / "data"
    spec = EngineSpec("yahoo", str(data))
    spec.paths.data.mkdir(parents=True)
    store = open_store(spec.paths.database, AT)
    store.journal.append(ENTRIES)
    store.close()
    return ["--data-dir", str(data), "--source", "yahoo"]


def run(capfdbinary, *arguments):
    assert cli.main(["journal", *arguments]) == 0
    heard = capfdbinary.readouterr()
    return heard.out.decode(), heard.err.decode()


PAGE = """\
2026-02-27 21:20 ~WATCH    raised       IWM/SPY is 4.4 % under its high
                    (pullback; -0.0437 against -0.04)
2026-02-27 22:20  WATCH    confirmed    IWM/SPY is 4.4 % under its high
                    (pullback)
2026-02-27 23:20  WATCH    notified     IWM/SPY is 4.4 % under its high
                    (pullback; hook)
2026-03-01 03:20  WATCH    acknowledged IWM/SPY is 4.4 % under its high
                    (pullback; by ann; =HYPERLINK("http://x"))
2026-03-01 04:20  WATCH    snoozed      IWM/SPY is 4.4 % under its high
                    (pullback; by ann; until 2026-03-02 21:20 UTC)
2026-03-01 23:20  WARN     raised       IWM/SPY: fell further (pullback; from
                    watch; -0.0712 against -0.07)
2026-03-02 00:20           failed       smid WARN: x (email: refused)
2026-03-03 15:20  WARN     resolved     IWM: the rule streak, whose sentence
                    of then is not known
"""


def test_the_page(place, capfdbinary):
    assert run(capfdbinary, *place) == (PAGE, "")


def test_json(place, capfdbinary):
    told = json.loads(run(capfdbinary, *place, "--json")[0])
    assert len(told) == len(ENTRIES)
    assert told[0] == {
        "id": 1,
        "time": "2026-02-27T21:20:00Z",
        "session": "2026-02-27",
        "change": "raised",
        "rule": "pullback",
        "subject": "IWM/SPY",
        "level_from": "ok",
        "level_to": "watch",
        "value": -0.0437,
        "threshold": -0.04,
        "provisional": True,
        "quality": "",
        "text": "IWM/SPY is 4.4 % under its high",
        "who": "engine",
        "until": None,
        "note": "",
    }


def test_csv_holds_the_same_and_nothing_that_a_spreadsheet_would_run(place, capfdbinary):
    rows = list(csv.DictReader(io.StringIO(run(capfdbinary, *place, "--csv")[0])))
    assert [row["id"] for row in rows] == [str(number + 1) for number in range(len(ENTRIES))]
    assert rows[0]["value"] == "-0.0437"
    assert (rows[0]["provisional"], rows[1]["provisional"]) == ("true", "false")
    assert rows[4]["until"] == "2026-03-02T21:20:00+00:00"
    assert rows[0]["until"] == ""
    assert rows[3]["note"] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--since", "2026-03-01"], [4, 5, 6, 7, 8]),
        (["--level", "warn"], [6, 8]),
        (["--rule", "streak"], [8]),
        (["--subject", "iwm/spy", "--limit", "2"], [5, 6]),
        (["--search", "refused email"], [7]),
        (["--limit", "3"], [6, 7, 8]),
    ],
)
def test_filters(place, capfdbinary, options, numbers):
    told = json.loads(run(capfdbinary, *place, "--json", *options)[0])
    assert [one["id"] for one in told] == numbers


def test_nothing_that_fits_is_an_answer(place, capfdbinary):
    page, err = run(capfdbinary, *place, "--rule", "pulback")
    assert page == "No entry of the journal is what you ask for. No rule is named 'pulback'; did you mean pullback?\n"
    assert err == ""
    assert run(capfdbinary, *place, "--search", "nowhere", "--json") == (
        "[]\n",
        "smid: No entry of the journal is what you ask for.\n",
    )
    out, err = run(capfdbinary, *place, "--search", "nowhere", "--csv")
    assert out.count("\n") == 1
    assert out.startswith("id,time,")


def test_no_journal_yet_is_a_sentence(tmp_path, capfdbinary):
    out, _ = run(capfdbinary, "--data-dir", str(tmp_path / "none"))
    assert out == "There is no journal of yahoo yet: the engine begins it ('smid', or 'smid engine --stay').\n"
    assert not (tmp_path / "none").exists(), "reading makes nothing"
    spec = EngineSpec("yahoo", str(tmp_path / "none"))
    spec.paths.data.mkdir(parents=True)
    open_store(spec.paths.database, AT).close()
    assert run(capfdbinary, "--data-dir", str(tmp_path / "none"))[0].startswith("The journal is empty")
    assert stat.S_IMODE(spec.paths.database.stat().st_mode) == 0o600


def test_a_market_that_is_not_kept_says_so(tmp_path, capfdbinary):
    out, _ = run(capfdbinary, "--data-dir", str(tmp_path), "--source", "simulated:3")
    assert out == "The journal of simulated ends with its engine: nothing of it is kept.\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--limit", "0"], "--limit: '0' is not a number of entries; give one from 1 to 1000000."),
        (["--limit", "²"], "--limit: '²' is not a number of entries"),
        (["--level", "warning"], "did you mean warn?"),
        (["--since", "yesterday"], "--since: 'yesterday' is not a date; write it as 2026-02-27."),
        (["--json", "--csv"], "--csv: not allowed with argument --json."),
    ],
)
def test_mistakes(place, capfdbinary, options, sentence):
    assert cli.main(["journal", *place, *options]) == 2
    heard = capfdbinary.readouterr()
    assert heard.out == b""
    assert sentence in heard.err.decode()


def test_a_damaged_store_is_a_sentence(place, capfdbinary, tmp_path):
    EngineSpec("yahoo", str(tmp_path / "data")).paths.database.write_bytes(b"no database" * 1000)
    assert cli.main(["journal", *place]) == 2
    heard = capfdbinary.readouterr()
    assert heard.out == b""
    assert heard.err.count(b"\n") == 1
    assert b"Cannot read " in heard.err


HISTORY = ["--backfill", "--source", "simulated:3", "--as-of", "2026-02-27"]


def test_a_walk_through_history_leaves_the_journal_alone(tmp_path, capfdbinary):
    data = ["--data-dir", str(tmp_path / "data")]
    out, _ = run(capfdbinary, *HISTORY, *data, "--rule", "pullback", "--level", "warn", "--limit", "5")
    head, _, listed = out.partition("\n\n2")
    assert head.startswith("HISTORY 20")
    assert "to 2026-02-27  [SIMULATED]" in head
    assert "nothing of it is in the journal" in head
    assert "no data: " in head
    assert all(len(line) <= 78 for line in out.splitlines())
    assert listed.count("pullback_63d") == 5
    told = json.loads(run(capfdbinary, *HISTORY, *data, "--json", "--rule", "streak", "--since", "2020-01-01")[0])
    assert {entry["who"] for entry in told} == {"history"}
    assert {entry["rule"] for entry in told} == {"streak"}
    assert min(entry["session"] for entry in told) >= "2020-01-01"
    assert max(entry["session"] for entry in told) <= "2026-02-27"
    assert run(capfdbinary, "--source", "simulated:3", *data)[0].startswith("The journal of simulated ends with")


def test_a_past_day_is_for_the_walk_alone(place, capfdbinary):
    assert cli.main(["journal", *place, "--as-of", "2026-02-27"]) == 2
    assert b"--as-of is for --backfill" in capfdbinary.readouterr().err
