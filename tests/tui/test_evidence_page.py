"""The pages of evidence and of a finding: their numbers, their doubts, their width, and texts that nobody trusts."""

import pytest
from made import AT, ScriptedClient, make_settings, make_snapshot
from msgspec import structs
from textual.widgets import Static

from core.clock import ManualClock
from core.engine.messages import Evidenced, WantEvidence, WantExplanation
from core.evidence.record import Episode, Evidence, Outcome, PairRecord, SignalRecord
from core.rules.status import FindingState, Progress
from core.snapshot import Finding, Level
from tui.app import MonitorApp
from tui.evidence_caveats import list_caveats
from tui.evidence_page import format_evidence, lay_out_evidence
from tui.evidence_table import format_table
from tui.finding_page import lay_out_finding
from tui.lines import to_text

VALUES = (-0.031, -0.012, -0.004, 0.004, 0.009, 0.011, 0.013, 0.018, 0.021, 0.026, 0.034, 0.058)
EPISODES = tuple(
    Episode(f"20{10 + at}-03-0{1 + at % 9}", value, value / 2 if at < 11 else None, -0.01)
    for at, value in enumerate(VALUES)
)
QUANTILES = tuple(-0.031 + 0.089 * step / 20 for step in range(21))


def outcome(**fields):
    given = {
        "kind": "entry",
        "horizon": 60,
        "n_days": 300,
        "n_events": 14,
        "n_open": 1,
        "n_episodes": 12,
        "grade": "C",
        "mean": 0.0123,
        "median": 0.018,
        "quantiles": QUANTILES,
        "hit_rate": 0.75,
        "hit_low": 0.467,
        "hit_high": 0.911,
        "base_mean": 0.001,
        "base_rate": 0.48,
        "difference": 0.0113,
        "low": -0.002,
        "high": 0.0241,
        "p": 0.034,
        "q": 0.87,
        "as_claimed": True,
        "first_session_edge": False,
        "halves_agree": True,
        "best_two_share": 0.3,
        "episodes": EPISODES,
    }
    return Outcome(**{**given, **fields})


def record(*outcomes, **fields):
    given = {
        "name": "pullback_63d_4",
        "says": "the ratio is 4 % or more under its 63-session high",
        "direction": -1,
        "source": "A3",
        "horizon": "1-3 months",
        "level": "watch",
        "parameters": {"count": 63, "depth": -0.04},
        "is_on": True,
        "since": "2026-03-20",
        "first": "2010-01-04",
        "deflated_sharpe": 0.04,
    }
    return SignalRecord(**{**given, "outcomes": outcomes or (outcome(),), **fields})


def evidence(*records, **fields):
    pair = PairRecord(
        pair="IWM/SPY", sessions=4000, tests=792, first="2010-01-04", last="2026-03-23", signals=records or (record(),)
    )
    return Evidence(
        **{"label": "SIMULATED", "at": AT, "registry": "1", "data": "k", "code": "c", "tests": 4752} | fields,
        pairs=(pair,),
    )


def test_the_numbers_are_those_of_the_record():
    page = format_evidence(evidence())
    assert page.startswith("pullback_63d_4 on IWM/SPY  [SIMULATED]\n")
    assert "12 episodes, +1.8 % median in 60 sessions, grade C" in page
    assert "on since 2026-03-20 at the close of 2026-03-23" in page
    (row,) = [line for line in page.splitlines() if line.startswith("     60 ")]
    assert row.split() == ["60", "12", "+1.80", "+1.23", "+0.10", "-0.20", "to", "+2.41", "0.034", "0.87", "C"]
    assert "small was ahead after 75 % (95 %: 47 to 91); after any session 48 %" in " ".join(page.split())
    assert "count 63, depth -0.04 [A3]; the watch of a rule" in page


def test_every_episode_is_listed_the_newest_first():
    lines = format_evidence(evidence()).splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith("12 EPISODES"))
    days = [line.split()[0] for line in lines[begin + 2 :]]
    assert days == [one.session for one in reversed(EPISODES)]
    assert lines[begin + 2].split()[1:] == ["+5.80", "—", "-1.00"], "too young to be bought later"


def test_bars_count_the_episodes():
    """Steps of one percent: -4 to -3 holds one, 1 to 2 three, and so on."""
    lines = format_evidence(evidence()).splitlines()
    bars = {line.split(" %")[0].strip(): line for line in lines if " to " in line and " %  " in line}
    counts = {label: int(line.split()[-1]) for label, line in bars.items() if line.rstrip()[-1].isdigit()}
    assert counts == {"-4 to -3": 1, "-2 to -1": 1, "-1 to 0": 1, "0 to +1": 2, "+1 to +2": 3, "+2 to +3": 2,
                      "+3 to +4": 1, "+5 to +6": 1}  # fmt: skip
    assert sum(counts.values()) == len(VALUES)


@pytest.mark.parametrize("width", [72, 78, 113])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_too_long(width, ascii_only):
    hostile = record(outcome(), name="[red]", says="[red]loud[/] " * 30, note="[@click=app.quit]" * 9)
    for one in (record(), hostile, record(outcome(grade="none", n_episodes=0, quantiles=(), episodes=(), median=None))):
        for line in lay_out_evidence(evidence(one), width, ascii_only=ascii_only):
            text = "".join(part for part, _ in line)
            assert len(text) <= width, text
            if ascii_only:
                assert not set("█─▒") & set(text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"n_episodes": 4, "grade": "none"}, "4 episodes: under 10 there is a list"),
        ({"as_claimed": False, "difference": 0.01}, "Small did better after it"),
        ({"as_claimed": False, "difference": -0.01}, "Small did worse after it"),
        ({"first_session_edge": True, "executable_difference": 0.001}, "Bought a session later it is +0.10 %"),
        ({"halves_agree": False, "first_half": 0.02, "second_half": -0.01}, "+2.00 % in the first, -1.00 % in the"),
        ({"best_two_share": 0.8}, "Two episodes made 80 % of the result."),
        ({"best_two_share": 1.4}, "Without its two best episodes nothing is left."),
        ({"horizon": 60}, "Intervals of 60 sessions and more are too narrow"),
        ({"horizon": 120}, "p of 120 sessions and more is to be read as twice as large."),
    ],
)
def test_doubts_are_said_where_they_apply_and_nowhere_else(fields, words):
    pair = evidence().pairs[0]
    plain = " ".join(list_caveats(pair, record(), outcome(horizon=20)))
    assert words not in plain
    assert words in " ".join(list_caveats(pair, record(), outcome(**{"horizon": 20, **fields})))


def test_survivors_and_the_number_of_tests_are_named():
    pair = evidence().pairs[0]
    told = list(list_caveats(pair, record(note="today's constituents only"), None))
    assert told[0] == "It rests on today's constituents only."
    assert "all 792 tests" in told[-1]
    assert next(iter(list_caveats(pair, record(reason="needs a file", outcomes=()), None))) == (
        "There is no record: needs a file."
    )


def test_what_matters_is_first():
    """On before off, better grades before others, smaller p before larger."""
    rows = [
        record(outcome(p=0.5), name="on_c_weak"),
        record(outcome(p=0.01), name="on_c"),
        record(outcome(grade="A", q=0.01), name="off_a", is_on=False),
        record(outcome(grade="B", q=0.1), name="on_b"),
        record(outcome(grade="none", p=None, q=None), name="on_none"),
        record(name="silent", is_on=None, outcomes=(), reason="needs a holdings file of IWM " * 4),
    ]
    lines = format_table(evidence(*rows)).splitlines()
    named = [line.split()[0].rstrip(":") for line in lines if line.startswith("  ")]
    order = ["on_b", "on_c", "on_c_weak", "on_none", "off_a", "silent"]
    assert [name for name in named if name in order] == order
    assert lines[0] == "EVIDENCE on IWM/SPY  [SIMULATED]"
    assert max(map(len, lines)) <= 78


FINDING = Finding(
    rule="pullback",
    subject="IWM/SPY",
    level=Level.WATCH,
    text="IWM/SPY 4.6 % under its 63-session high",
    since="2026-03-20",
    sessions=3,
    value=-0.046,
    threshold=-0.04,
    state=FindingState.FIRING,
    raising=Progress(level=Level.WARN, closes=0, needed=2, threshold=-0.07),
    share=0.27,
    uncalibrated=True,
    measures=("IWM/SPY.gap_1d",),
    evidence="12 episodes, +1.8 % median in 60 sessions, grade C",
    signal="pullback_63d_4",
    pair="IWM/SPY",
)


def lay_out(finding, told=None):
    return " ".join(to_text(lay_out_finding(finding, "SIMULATED", told, 78, ascii_only=False)).split())


def test_the_page_of_a_finding():
    page = lay_out(FINDING, Evidenced(pair="IWM/SPY", signal="pullback_63d_4", evidence=evidence()))
    for words in (
        "WATCH IWM/SPY [SIMULATED]",
        "since 2026-03-20, 3 sessions",
        "enters at -0.0400; it is -0.0460",
        "rises to warn at -0.0700: 0 of 2 closes",
        "so in 27.0 % of the sessions of the loaded history, which is not what the level is meant for",
        "12 EPISODES, newest first",
    ):
        assert words in page


def test_what_a_finding_without_evidence_says():
    assert "the engine has not answered yet" in lay_out(FINDING)
    assert "No signal with a track record" in lay_out(structs.replace(FINDING, signal="", evidence=""))
    waiting = Evidenced(pair="IWM/SPY", signal="pullback_63d_4", reason="is being calculated: 2 of 6 pairs")
    assert "is being calculated: 2 of 6 pairs." in lay_out(FINDING, waiting)
    assert "This finding is over" in lay_out(None)


class House:
    """An app on a script that has one finding."""

    def __init__(self, finding=FINDING):
        self.snapshot = structs.replace(make_snapshot(), findings=(finding,))
        self.app = MonitorApp(make_settings(), ManualClock(AT), self._connect)

    def _connect(self, desk):
        self.client = ScriptedClient(desk, [self.snapshot])
        return self.client

    @property
    def page(self):
        return str(self.app.screen.query_one(Static).content)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_enter_on_a_finding_opens_its_page_then_its_numbers(size):
    house = House()
    async with house.app.run_test(size=size) as pilot:
        await pilot.press("5", "enter")
        assert [m for m in house.client.sent if isinstance(m, WantEvidence)] == [
            WantEvidence(pair="IWM/SPY", signal="pullback_63d_4")
        ]
        assert "IWM/SPY 4.6 % under its 63-session high" in house.page
        assert "EPISODES" not in house.page
        house.app.desk.on_explained(Evidenced(pair="MDY/SPY", signal="pullback_63d_4", evidence=evidence()))
        assert "EPISODES" not in house.page, "an answer to another question"
        house.app.desk.on_explained(Evidenced(pair="IWM/SPY", signal="pullback_63d_4", evidence=evidence()))
        assert "12 EPISODES, newest first" in house.page
        assert "SCRIPTED" in str(house.app.screen.query_one("#page").border_title)
        await pilot.press("right")
        assert house.page.startswith("IWM/SPY.gap_1d")
        assert isinstance(house.client.sent[-1], WantExplanation)
        await pilot.press("left")
        assert "WATCH" in house.page


async def test_hostile_texts_are_shown_as_they_are():
    loud = "[/nope] [red]boom[/] [@click=app.quit]x[/]"
    finding = structs.replace(FINDING, rule="a,b [c]", text=loud, evidence=loud)
    house = House(finding)
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("5", "enter")
        assert loud in house.page
        told = record(outcome(), name="[red]", says=loud)
        house.app.desk.on_explained(Evidenced(pair="IWM/SPY", signal="pullback_63d_4", evidence=evidence(told)))
        assert "[red] on IWM/SPY" in house.page
        house.app.desk.on_explained(Evidenced(pair="IWM/SPY", signal="pullback_63d_4", reason=loud))
        assert house.page.count(loud) == 2


async def test_the_pane_says_what_followed_where_there_is_room():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        pane = house.app.deck.panes["risk"]
        told = [strip.text for strip in pane._rows]
        assert any("12 episodes, +1.8 % median in 60 sessions, grade C" in row for row in told)
        many = tuple(structs.replace(FINDING, rule=f"r{at}") for at in range(40))
        house.app.desk.on_snapshot(structs.replace(house.snapshot, sequence=2, findings=many))
        await pilot.pause()
        assert not any("12 episodes" in strip.text for strip in pane._rows), "findings first"


async def test_the_short_form_stands_beside_the_text_where_that_leaves_room_else_under_it():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        rows = [strip.text for strip in house.app.deck.panes["risk"]._rows]
        beneath = next(n for n, row in enumerate(rows) if "12 episodes" in row)
        assert "63-session high" not in rows[beneath]
        await pilot.press("5", "z")
        await pilot.pause()
        rows = [strip.text for strip in house.app.deck.panes["risk"]._rows]
        beside = next(row for row in rows if "12 episodes" in row)
        assert "63-session high  12 episodes, +1.8 % median in 60 sessions, grade C" in beside


async def test_how_far_track_records_have_come_is_said_once():
    house = House(structs.replace(FINDING, evidence="is being calculated: 0 of 6 pairs"))
    several = tuple(structs.replace(house.snapshot.findings[0], rule=f"r{at}") for at in range(3))
    house.snapshot = structs.replace(house.snapshot, findings=several)
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("5", "z")
        await pilot.pause()
        text = "\n".join(strip.text for strip in house.app.deck.panes["risk"]._rows)
        assert text.count("is being calculated") == 1
        assert "track records: is being calculated: 0 of 6 pairs" in text
