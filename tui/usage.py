"""The words of `--help`: what each command is for, with examples."""

from typing import NamedTuple


class Usage(NamedTuple):
    """`summary` is the line in the list of commands; `text` and `examples` are the page of its own."""

    summary: str
    text: str
    examples: str


_TOP = Usage(
    "the monitor",
    "Watch the rotation between US small/mid caps and large caps. Without a command:\nthe monitor.",
    """\
examples:
  smid demo                     the monitor on a simulated market, no network
  smid                          the monitor on the source of your settings
  smid --source files:history --as-of 2026-02-27
                                the monitor as it stood after that close
  smid once                     one page of numbers, for an e-mail
  smid once --json              the same numbers, for a script
  smid explain IWM/SPY.gap_20d  one of them: formula, inputs, its own past
  smid journal                  which warnings came and went, and who was told
  smid doctor                   what is right and wrong on this machine

exit codes:
  0 fine - 1 the answer cannot be written - 2 usage or settings
  3 a finding at or above --fail-on - 4 no usable data

'smid COMMAND --help' tells more of each command.""",
)

_ONCE = Usage(
    "print the numbers once, for people and scripts",
    """\
Print the analysis once and end. Needs no terminal and reads nothing from one;
the answer alone goes to stdout. The source's label (SIMULATED) and the state of
its data always come along.""",
    """\
examples:
  smid once                        a page to read
  smid once --json | jq '.measures["IWM/SPY.gap_20d"].value'
  smid once --source files:history --as-of 2026-02-27
                                   the close of a past session, from CSV files
  smid once --since 2024-12-31     with the gap of each pair since then
  smid once --fail-on warn         for cron: exit 3 says there is a warning""",
)

_EXPLAIN = Usage(
    "tell all there is to say of one number",
    """\
Print what a number is made of: its formula and where that is from, its inputs
with their dates, the calculation step by step, its own last year with the
percentile, the state of its data, and why it is missing where it is.

ADDRESS is a symbol or pair, a dot, and a measure. Any pair of two watched
symbols can be asked for. On the screen, enter does the same.""",
    """\
examples:
  smid explain IWM/SPY.gap_20d
  smid explain IWM.trend_200_flip --json
  smid explain XLF/SPY.pullback_63d --source files:history --as-of 2026-02-27
  smid explain --list | grep drawdown""",
)

_EVIDENCE = Usage(
    "tell what followed each signal so far",
    """\
Print the track record of every signal on a pair: what small did against large
after it, how often, and how far that may be chance. With NAME everything of
one: outcomes by horizon, their distribution, every episode with its date, and
what must be known before it is believed.

Under ten independent episodes nothing is concluded. Grades count every test
ever made, so most signals have a C, and that is the finding.""",
    """\
examples:
  smid evidence
  smid evidence trend_200_down --pair IJR/SPY
  smid evidence pullback_63d_4 --json
  smid evidence --source files:history --as-of 2026-02-27""",
)

_CLAIMS = Usage(
    "check published claims against the data",
    """\
Print what published claims about small and large caps come to when they are
recomputed: claimed, recomputed, difference, and the verdict - confirmed,
different definition (true of another measure than it says), not reproduced,
open (a forecast whose time is not over), cannot be checked. With NAME all of
one: every way it was read, every window tried, a forecast's path.

Claims of your own: [claims] in the settings, docs/claims.md.""",
    """\
examples:
  smid claims
  smid claims ratio_down_60
  smid claims --json | jq '.claims[] | select(.verdict == "not reproduced")'
  smid claims --source files:history --as-of 2026-02-27""",
)

_JOURNAL = Usage(
    "print which warnings came and went",
    """\
Print the journal of risk findings: every change with its time (UTC), level,
value and threshold, who acknowledged or snoozed it, and who was told. It is
written by the engine and read here without one, oldest first. A simulated
market, files and replays keep theirs only while their engine runs.

The page shows the newest 100 entries, --json and --csv all of them; --limit
says otherwise. ~ marks what no close has confirmed.

--backfill walks the rules of your settings through the whole history instead:
what each would have found at every close, and how often. Nothing of that is
written into the journal, which has only what was seen.""",
    """\
examples:
  smid journal
  smid journal --since 2026-02-01 --level warn
  smid journal --rule volatility --subject IWM --search percentile
  smid journal --csv > journal.csv
  smid journal --backfill --level warn --since 2020-01-01
  smid journal --json | jq '.[] | select(.change == "raised")'""",
)

_REPLAY = Usage(
    "play a recorded trading day on the screen",
    """\
Play recorded intraday bars over the daily history before them, as if it were
that day: nothing later than the moment shown is used. On the screen, space
pauses, . steps, [ and ] change the speed.

DIR (or DIR/intraday) holds the recordings, SYMBOL_1m.csv or SYMBOL_5m.csv with
the columns Datetime (UTC, start of the bar), Open, High, Low, Close, Volume;
daily bars, SYMBOL.csv, are taken from DIR/daily, else from a daily beside DIR.""",
    """\
examples:
  smid replay recordings                  the last recorded session
  smid replay recordings --date 2026-03-24 --speed 60
                                          another one, a minute a second""",
)

_ENGINE = Usage(
    "run the engine in the foreground",
    """\
Run the engine, the process that fetches and calculates, in the foreground. The
monitor starts one by itself and shares it with all other monitors here; this
command is for a service.""",
    """\
examples:
  smid engine             ends a while after the last viewer has left
  smid engine --stay      runs until it is told to end (SIGTERM)""",
)

_CONFIG = Usage(
    "show, check or write your settings",
    """\
show   the settings in force, as TOML, each with the file it came from
check  say whether your file is right, or what is wrong with it
init   write a commented copy of the shipped settings; never overwrites""",
    """\
examples:
  smid config init
  smid config check --config new.toml
  smid config show | grep yours""",
)

COMMANDS: dict[str, Usage] = {
    "": _TOP,
    "monitor": Usage("the monitor, the same as 'smid' alone", _TOP.text, "example:\n  smid monitor --source simulated"),
    "demo": Usage(
        "the monitor on a simulated market, without a network",
        "The monitor on the built-in simulated market. Its prices are invented, and\nevery screen says so.",
        "examples:\n  smid demo\n  smid demo --source simulated:7     another simulated market",
    ),
    "once": _ONCE,
    "explain": _EXPLAIN,
    "evidence": _EVIDENCE,
    "claims": _CLAIMS,
    "journal": _JOURNAL,
    "replay": _REPLAY,
    "engine": _ENGINE,
    "doctor": Usage(
        "say what is right and wrong on this machine",
        "Look at terminal, versions, directories, clock, engine and sources, and say\nwhat is right and wrong.",
        "example:\n  smid doctor\n\nexit codes:\n  0 smid can run here - 2 it cannot: see the lines marked FAIL",
    ),
    "config": _CONFIG,
    "schema": Usage(
        "print the JSON Schema of 'smid once --json'",
        "Print the JSON Schema that every answer of 'smid once --json' keeps to, or of\n'smid claims --json'.",
        "examples:\n  smid schema > smid.schema.json\n  smid schema claims",
    ),
}
