"""`smid once` on a scripted snapshot: what is printed where, and the exit codes."""

import re
import sys
import types
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from core.clock import ManualClock
from core.config import load_settings
from core.errors import NoDataError
from core.rules.level import Level
from core.snapshot import (
    EMPTY,
    Finding,
    Health,
    Measure,
    Phase,
    Quality,
    Regime,
    SessionInfo,
    Snapshot,
    SourceInfo,
    SubjectState,
)
from tui import cli
from tui.arguments import parse
from tui.commands import once
from tui.commands.schema import build_schema
from tui.report import format_report

ROOT = Path(__file__).parents[2]
CLOSE = datetime(2026, 2, 27, 21, 0, tzinfo=UTC)
CLOCK = ManualClock(datetime(2026, 4, 1, 12, 0, tzinfo=UTC))


def fraction(value, **more) -> Measure:
    return Measure(value, "fraction", CLOSE, **more)


@pytest.fixture
def snapshot() -> Snapshot:
    return Snapshot(
        program="0.1.0",
        as_of=CLOSE,
        source=SourceInfo(name="simulated", label="SIMULATED", health=Health.OK),
        session=SessionInfo(phase=Phase.POST, date="2026-02-27", reason="after hours"),
        benchmark="SPY",
        pairs=("IWM/SPY", "IJR/SPY"),
        symbols=("IWM", "IJR", "SPY"),
        measures={
            "IWM/SPY.gap_20d": fraction(0.0718),
            "IWM/SPY.gap_1d": fraction(-0.0004, provisional=True),
            "IWM/SPY.ratio": Measure(0.3746, "ratio", CLOSE),
            "IWM/SPY.streak": Measure(-4, "sessions", CLOSE),
            "IWM/SPY.volatility_ratio_20d": Measure(1.6338, "ratio", CLOSE),
            "IWM.volatility_20d": fraction(0.1953),
            "IWM.volatility_percentile_1260d": fraction(0.912),
            "IWM.trend_50": Measure("up", "state", CLOSE),
            "IWM.trend_50_since": Measure("2025-11-28", "date", CLOSE),
            "IWM.trend_50_turn": Measure(231.4, "price", CLOSE),
            "IJR/SPY.gap_252d": Measure(None, "fraction", None, reason="252 sessions needed, 40 there"),
        },
        findings=(
            Finding(rule="streak", subject="IWM/SPY", level=Level.INFO, text="8 sessions in a row", since="2026-02-18"),
            Finding(rule="volatility", subject="IWM", level=Level.WARN, text="volatility is high", blocked=True),
        ),
        quality={
            "IWM": Quality(state=SubjectState.OK),
            "SPY": Quality(state=SubjectState.OK),
            "IJR": Quality(state=SubjectState.DEGRADED, reason="3 sessions missing", missing_sessions=("2026-02-20",)),
        },
    )


@pytest.fixture
def market(monkeypatch, snapshot, tmp_path):
    """`core.once.snapshot` answers with what is in the list; what it was asked is kept."""
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    asked = types.SimpleNamespace(answer=snapshot, calls=[])

    def take_snapshot(spec, settings, *, since, clock, tell):
        asked.calls.append((spec, since))
        tell("this takes long")
        print("a library is talking")
        if isinstance(asked.answer, Exception):
            raise asked.answer
        return asked.answer

    monkeypatch.setitem(sys.modules, "core.once.snapshot", types.SimpleNamespace(take_snapshot=take_snapshot))
    return asked


def run(capfdbinary, *arguments) -> tuple[int, str, str]:
    code = cli.main(["once", "--source", "simulated", *arguments])
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_json_is_the_snapshot_alone_and_keeps_to_the_schema(market, capfdbinary):
    code, out, err = run(capfdbinary, "--json")
    assert code == 0
    assert err == "a library is talking\n"
    assert msgspec.json.decode(out, type=Snapshot) == market.answer
    answer = msgspec.json.decode(out)
    jsonschema.validate(answer, msgspec.json.decode(build_schema()))
    assert answer["measures"]["IWM/SPY.gap_20d"] == {
        "value": 0.0718,
        "unit": "fraction",
        "as_of": "2026-02-27T21:00:00Z",
        "provisional": False,
        "reason": None,
    }


def test_who_waits_at_a_terminal_is_told_why(market, capfdbinary, monkeypatch):
    assert "takes long" not in run(capfdbinary)[2]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _, out, err = run(capfdbinary)
    assert err.startswith("smid: this takes long\n")
    assert "takes long" not in out


def test_the_schema_is_as_strict_as_the_answer_is_complete(market, capfdbinary):
    schema = jsonschema.Draft202012Validator(msgspec.json.decode(build_schema()))
    answer = run(capfdbinary, "--json")[1]
    measure = "IWM/SPY.gap_20d"
    structs = {
        "snapshot": lambda whole: whole,
        "source": lambda whole: whole["source"],
        "session": lambda whole: whole["session"],
        "measure": lambda whole: whole["measures"][measure],
        "finding": lambda whole: whole["findings"][0],
        "quality": lambda whole: whole["quality"]["IWM"],
    }
    for name, part in structs.items():
        for key in part(msgspec.json.decode(answer)):
            whole = msgspec.json.decode(answer)
            del part(whole)[key]
            assert not schema.is_valid(whole), f"{name} without {key}"
        whole = msgspec.json.decode(answer)
        part(whole)["extra"] = 1
        assert not schema.is_valid(whole), f"{name} with a key too many"
    whole = msgspec.json.decode(answer)
    assert schema.is_valid({**whole, "measures": {"ANY.name": whole["measures"][measure]}})
    assert not schema.is_valid({**whole, "schema": "smid.snapshot/0"})


def test_json_has_a_stable_order(market, capfdbinary):
    first = run(capfdbinary, "--json")[1]
    market.answer = replace(market.answer, measures=dict(reversed(market.answer.measures.items())))
    assert run(capfdbinary, "--json")[1] == first
    assert list(msgspec.json.decode(first)["measures"]) == sorted(market.answer.measures)


def test_text_is_the_default(market, capfdbinary):
    code, out, _ = run(capfdbinary)
    assert code == 0
    assert out == run(capfdbinary, "--text")[1] == format_report(market.answer, load_settings())


@pytest.mark.parametrize(("level", "code"), [("info", 3), ("watch", 3), ("warn", 3), ("critical", 0)])
def test_fail_on(level, code, market, capfdbinary):
    done, out, _ = run(capfdbinary, "--json", "--fail-on", level)
    assert done == code
    assert out.startswith("{"), "the answer is printed all the same"


def test_no_finding_no_failure(market, capfdbinary):
    market.answer = replace(market.answer, findings=())
    assert run(capfdbinary, "--fail-on", "info")[0] == 0


def test_no_data_is_4(market, capfdbinary):
    market.answer = NoDataError("Nothing usable came from simulated.")
    assert run(capfdbinary) == (4, "", "a library is talking\nsmid: Nothing usable came from simulated.\n")


def test_a_snapshot_without_a_number_is_no_data(market, capfdbinary):
    market.answer = replace(EMPTY, source=SourceInfo(name="files", reason="no symbol of the universe is there"))
    code, out, err = run(capfdbinary)
    assert (code, out) == (4, "")
    assert "no symbol of the universe is there" in err


def test_symbols_without_a_pair_are_no_data(market, capfdbinary):
    """XLF alone has averages and a volatility; what smid is for, it cannot say."""
    measures = {name: m for name, m in market.answer.measures.items() if "/" not in name}
    source = SourceInfo(name="files", health=Health.DEGRADED, reason="2 of 3 symbols fail; bars has no file IWM.csv")
    market.answer = replace(market.answer, measures=measures, source=source)
    code, out, err = run(capfdbinary)
    assert (code, out) == (4, "")
    assert err.endswith("smid: files has usable data of no pair: 2 of 3 symbols fail; bars has no file IWM.csv.\n")


def test_days_reach_the_engine(market, capfdbinary):
    run(capfdbinary, "--as-of", "2026-02-27", "--since", "2024-12-31")
    [(spec, since)] = market.calls
    assert (spec.source, spec.date, since.isoformat()) == ("simulated", "2026-02-27", "2024-12-31")


def test_a_day_without_a_session_is_told(market, capfdbinary):
    _, out, err = run(capfdbinary, "--json", "--as-of", "2026-03-01")
    assert "2026-03-01 was no session" in err
    assert "2026-02-27" in err
    assert msgspec.json.decode(out)["session"]["date"] == "2026-02-27"
    assert "2026-03-01 was no session" in re.sub(r"\s+", " ", run(capfdbinary, "--text", "--as-of", "2026-03-01")[1])
    assert "was no session" not in run(capfdbinary, "--as-of", "2026-02-27")[2]


def test_stdin_is_never_touched(market, capfdbinary, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert run(capfdbinary)[0] == 0


def test_the_clock_decides_what_is_the_future(market):
    with pytest.raises(Exception, match="2026-04-03 lies in the future"):
        once.answer(parse(["once", "--as-of", "2026-04-03"]), CLOCK)


def test_the_page(snapshot):
    page = format_report(snapshot, load_settings(source="simulated"))
    lines = page.splitlines()
    assert max(map(len, lines)) <= 78
    assert "SIMULATED" in lines[0]
    assert page.isascii()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", page)
    row = next(line for line in lines if line.startswith("  IWM/SPY"))
    assert "+7.18" in row
    assert "~-0.04" in row, "provisional values carry their mark"
    assert "19.5" in page
    assert "91" in page
    assert re.search(r"^  IWM .* up +2025-11-28 ", page, re.MULTILINE)
    assert re.search(r"^  IWM .* 231\.40 ", page, re.MULTILINE)
    assert "1.63 times" in page
    assert page.index("volatility is high") < page.index("8 sessions in a row"), "the worst comes first"
    assert "(data not good enough) IWM: volatility is high" in page
    assert "2 of 3 symbols and pairs good; 1 degraded" in page
    assert "missing sessions: 2026-02-20" in page


@pytest.mark.parametrize(
    ("session", "provisional", "state"),
    [
        (SessionInfo(phase=Phase.OPEN, date="2026-02-27", is_final=False), True, "open; values are provisional (~)"),
        (
            SessionInfo(phase=Phase.POST, date="2026-02-27", is_final=True),
            True,
            "post; ~ marks weeks that are not over",
        ),
        (
            SessionInfo(phase=Phase.OPEN, date="2026-02-27", is_final=False),
            False,
            "open; the values are of the session",
        ),
        (SessionInfo(phase=Phase.POST, date="2026-02-27", is_final=False), False, "post; not final yet"),
        (SessionInfo(phase=Phase.POST, date="2026-02-27"), False, "post\n"),
    ],
)
def test_the_page_explains_its_marks_where_it_has_any(snapshot, session, provisional, state):
    """At the open of a recording nothing of the session is known, and nothing carries a mark."""
    measures = {name: replace(m, provisional=provisional) for name, m in snapshot.measures.items()}
    page = format_report(replace(snapshot, session=session, measures=measures), load_settings())
    assert f"NYSE 2026-02-27, {state}" in page
    assert ("~" in page) is provisional


def test_missing_values_have_their_reason_below(snapshot):
    page = format_report(snapshot, load_settings())
    number = re.search(r"\[(\d+)\] 252 sessions needed, 40 there", page)[1]
    row = next(line for line in page.splitlines() if line.startswith("  IJR/SPY"))
    assert row.endswith(f"n/a[{number}]")
    cited = set(re.findall(r"n/a\[(\d+)\]", page))
    explained = set(re.findall(r"^  \[(\d+)\] \S", page, re.MULTILINE))
    assert cited == explained


def test_the_page_of_a_first_day_fits_an_e_mail(snapshot):
    """Nothing is known yet: the sentence under the table is its longest then."""
    missing = {name: replace(m, value=None, reason=f"no {name}") for name, m in snapshot.measures.items()}
    page = format_report(replace(snapshot, measures=missing), load_settings())
    assert max(map(len, page.splitlines())) <= 78
    assert re.search(r"small moves n/a\[\d+\] times as much as large \(20\s+sessions\), n/a\[\d+\]\s+\(63\)", page)


def test_the_page_of_nothing_stands():
    page = format_report(EMPTY, load_settings())
    assert "RELATIVE PERFORMANCE" in page
    assert "none" in page


def test_since_gets_a_column(snapshot):
    measures = {**snapshot.measures, "IWM/SPY.gap_since": fraction(0.0321)}
    page = format_report(replace(snapshot, measures=measures), load_settings())
    assert re.search(r"pair .* since$", page, re.MULTILINE)
    assert re.search(r"IWM/SPY .* \+3\.21$", page, re.MULTILINE)


def test_trouble_of_the_source_is_on_the_page(snapshot):
    source = SourceInfo(name="yahoo", is_live=True, health=Health.RATE_LIMITED, reason="asks again at 14:05")
    page = format_report(replace(snapshot, source=source), load_settings())
    assert "rate limited: asks again at 14:05" in page
    assert "SIMULATED" not in page


def test_long_troubles_are_counted(snapshot):
    quality = {f"S{n}": Quality(state=SubjectState.MISSING, reason=f"no data of {n}") for n in range(30)}
    page = format_report(replace(snapshot, quality=quality), load_settings())
    assert "and 18 more" in page


def test_the_same_trouble_is_told_once(snapshot):
    quality = {f"S{n}": Quality(state=SubjectState.MISSING, reason="no data") for n in range(30)}
    page = " ".join(format_report(replace(snapshot, quality=quality), load_settings()).split())
    assert page.count("no data") == 1
    assert all(f"S{n}," in page for n in range(9))


def test_rows_of_old_numbers_carry_a_star(snapshot):
    """In every table, and the page says once what it means."""
    stale = Quality(state=SubjectState.STALE, reason="the last bar is of 2026-02-20", last_session="2026-02-20")
    old = replace(snapshot, quality={**snapshot.quality, "IWM/SPY": stale, "IWM": stale})
    page = format_report(old, load_settings())
    tables = page.partition("FINDINGS")[0]
    assert {line.split()[0].rstrip(":") for line in tables.splitlines() if line.startswith("  IWM ")} == set()
    assert {"IWM*", "IWM/SPY*"} <= set(tables.split())
    assert page.count("* the numbers of this row are old") == 1
    assert "the numbers of this row" not in format_report(snapshot, load_settings())


def test_the_page_says_who_leads(snapshot):
    regime = Regime(pair="IWM/SPY", leader="small", since="2026-01-05", sessions=38, states={"50": "up", "200": "up"})
    page = format_report(replace(snapshot, regime=regime), load_settings())
    assert "Regime   Small caps lead since 5 Jan, 38 sessions: IWM/SPY above 50d, 200d" in page
    assert "Regime" not in format_report(snapshot, load_settings())
