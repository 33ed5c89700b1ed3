"""What may be written after `smid`, and the help that says so."""

import argparse
import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from typing import NoReturn, TypedDict

from core import __version__
from core.errors import UsageError
from core.rules.level import Level
from core.text import clean
from tui.commands.output import write
from tui.usage import COMMANDS, Usage

_LEVELS = tuple(level.value for level in Level if level is not Level.OK)
AS_OF = "--as-of"
_WIDTH = 78


class Page(argparse.RawDescriptionHelpFormatter):
    """As wide as its written parts, whatever the terminal is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH)


class Parser(argparse.ArgumentParser):
    """Fails with one sentence, naming the nearest word that is known, instead of a usage block."""

    def options(self) -> list[str]:
        """The options that this parser knows."""
        return list(self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        wrong = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL)
        if wrong:
            known = re.findall(r"[\w-]+", wrong[2])
            message = f"{message[: wrong.start()]}'{wrong[1]}' is none of {', '.join(known)}{_hint(wrong[1], known)}"
        text = message.removeprefix("argument ").removeprefix("COMMAND: ").rstrip(".")
        raise UsageError(f"{clean(text, 400)}. See '{self.prog} --help'.")

    def _print_message(self, message: str, file: object = None) -> None:
        """Help and version are answers too; argparse passes over a full disk in silence."""
        write(message.encode("utf-8", "replace"))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options as a namespace whose `command` names a module of tui.commands; raises `UsageError`.

    `--help` and `--version` print and end the process with 0.
    """
    parser, commands = build_parser()
    _check_options(arguments, parser, commands)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        commands.get(options.command, parser).error(f"unknown argument '{clean(unknown[0], 60)}'")
    options.command = options.command or "monitor"
    return options


def _check_options(arguments: Sequence[str], parser: Parser, commands: dict[str, Parser]) -> None:
    """Before argparse reads them: it would take the value of a misspelt option for a command and blame that."""
    chosen, has_day = parser, False
    for word in arguments:
        name = word.partition("=")[0]
        if word in commands and chosen is parser:
            chosen = commands[word]
            if has_day:
                its = "it goes after" if AS_OF in chosen.options() else "there is none for"
                chosen.error(f"{AS_OF} before a command is the monitor's; {its} '{chosen.prog}'")
        elif name.startswith("--") and name != "--" and name not in chosen.options():
            owner = next((prog for prog in commands.values() if name in prog.options()), None)
            if chosen is parser and owner:
                chosen.error(f"{name} is an option of '{owner.prog}' and goes after it")
            chosen.error(f"unknown option '{clean(name, 60)}'{_hint(name, _known_to(chosen, parser))}")
        has_day = has_day or name == AS_OF


def _known_to(chosen: Parser, main: Parser) -> list[str]:
    """The options that may stand after `chosen`: its own, and what all commands take."""
    return [*chosen.options(), *(name for name in main.options() if name != AS_OF)]


def build_parser() -> tuple[Parser, dict[str, Parser]]:
    """The parser of `smid`, and those of its commands by name."""
    main = Parser(prog="smid", **_shape(COMMANDS[""]))
    main.add_argument("--version", action="version", version=f"smid {__version__}", help="print the version and exit")
    _add_as_of(main)
    _add_common(main, is_top=True)
    listed = main.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    commands: dict[str, Parser] = {}
    for name, usage in COMMANDS.items():
        if name:
            commands[name] = listed.add_parser(name, help=usage.summary, **_shape(usage))
            _add_own(name, commands[name])
            _add_common(commands[name], is_top=False)
    return main, commands


def to_day(text: str) -> date:
    """Read an ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{clean(text, 40)}' is not a date; write it as 2026-02-27") from None


def to_count(text: str) -> int:
    """Read a number of entries."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:10]) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"'{clean(text, 40)}' is not a number of entries; give one from 1 to 1000000")
    return int(text)


def to_speed(text: str) -> float:
    """Read a replay speed, market seconds per second."""
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= 600:
        raise argparse.ArgumentTypeError(f"'{clean(text, 40)}' is not a speed; give a number from 1 to 600")
    return speed


class _Shape(TypedDict):
    description: str
    epilog: str
    formatter_class: type[argparse.HelpFormatter]
    allow_abbrev: bool


def _shape(usage: Usage) -> _Shape:
    return {"description": usage.text, "epilog": usage.examples, "formatter_class": Page, "allow_abbrev": False}


def _add_common(parser: Parser, *, is_top: bool) -> None:
    """The options that every command takes, before or after its name."""
    group = parser.add_argument_group("common options")
    # A subparser's own defaults would overwrite what stood before the command.
    absent = None if is_top else argparse.SUPPRESS
    group.add_argument("--config", metavar="FILE", default=absent, help="settings file instead of your own")
    group.add_argument(
        "--source", metavar="NAME[:ARG]", default=absent, help="yahoo, simulated[:SEED], files:DIR or replay:DIR"
    )
    group.add_argument("--data-dir", metavar="DIR", default=absent, help="keep all that smid writes under DIR")
    group.add_argument(
        "--ascii", action="store_true", default=False if is_top else absent, help="draw with ASCII letters only"
    )


def _add_own(name: str, parser: Parser) -> None:
    adders = {
        "once": _add_once,
        "explain": _add_explain,
        "evidence": _add_evidence,
        "claims": _add_claims,
        "journal": _add_journal,
        "replay": _add_replay,
        "engine": _add_engine,
        "config": _add_config,
        "schema": _add_schema,
    }
    if name in adders:
        adders[name](parser)


def _add_once(parser: Parser) -> None:
    _add_form(parser, "the snapshot as JSON, described by 'smid schema'")
    _add_days(parser, "add each pair's gap since this date's close")
    parser.add_argument(
        "--fail-on", metavar="LEVEL", choices=_LEVELS, help=f"exit 3 on a finding at or above: {', '.join(_LEVELS)}"
    )


def _add_explain(parser: Parser) -> None:
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help="such as IWM/SPY.gap_20d")
    parser.add_argument("--list", action="store_true", help="name all measures with their formulas, and end")
    _add_form(parser, "the same as JSON")
    _add_days(parser, "the date from whose close 'since' measures count")


def _add_evidence(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="a signal, such as trend_200_down")
    parser.add_argument("--pair", metavar="PAIR", help="the first pair of your settings unless given")
    _add_form(parser, "the same as JSON, episodes of one signal alone")
    _add_as_of(parser)


def _add_claims(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="a claim, such as ratio_down_60")
    _add_form(parser, "the same as JSON")
    _add_as_of(parser)


def _add_journal(parser: Parser) -> None:
    form = _add_form(parser, "a list of all entries")
    form.add_argument("--csv", action="store_true", help="a table of all entries, the names of columns first")
    parser.add_argument("--since", metavar="DATE", type=to_day, help="from this day on (UTC)")
    parser.add_argument("--rule", metavar="NAME", default="", help="of this rule alone, such as trend_break")
    parser.add_argument("--subject", metavar="S", default="", help="of this symbol or pair alone, such as IWM/SPY")
    parser.add_argument(
        "--level", metavar="LEVEL", choices=_LEVELS, help=f"at or above, before or after: {', '.join(_LEVELS)}"
    )
    parser.add_argument("--search", metavar="WORDS", default="", help="all of these words are in the entry")
    parser.add_argument("--limit", metavar="N", type=to_count, help="the newest N of them")
    parser.add_argument("--backfill", action="store_true", help="what the rules would have found in the past instead")
    _add_as_of(parser)


def _add_form(parser: Parser, json: str) -> argparse._MutuallyExclusiveGroup:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--text", action="store_true", help="a page to read (the default)")
    form.add_argument("--json", action="store_true", help=json)
    return form


def _add_as_of(parser: Parser) -> None:
    parser.add_argument(AS_OF, metavar="DATE", type=to_day, help="evaluate the close of this past session")


def _add_days(parser: Parser, since: str) -> None:
    _add_as_of(parser)
    parser.add_argument("--since", metavar="DATE", type=to_day, help=since)


def _add_replay(parser: Parser) -> None:
    parser.add_argument("directory", metavar="DIR", help="where the recorded bars are")
    parser.add_argument("--speed", metavar="N", type=to_speed, help="market seconds per second, 1 to 600")
    parser.add_argument("--date", metavar="DATE", type=to_day, help="the session to play (the last recorded one)")


def _add_engine(parser: Parser) -> None:
    parser.add_argument("--stay", action="store_true", help="go on when the last viewer has left")


def _add_config(parser: Parser) -> None:
    parser.add_argument("action", choices=("show", "check", "init"), metavar="show|check|init", help="what to do")


def _add_schema(parser: Parser) -> None:
    told = "of 'smid once --json' (the default), or of 'smid claims --json'"
    parser.add_argument("of", choices=("once", "claims"), metavar="once|claims", nargs="?", default="once", help=told)


def _hint(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word[:60], list(known), n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else ""
