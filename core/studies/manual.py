"""docs/measures.md, made from the definitions of the studies and the rules: `python -m core.studies.manual` prints it.

The words below explain; every name, unit, formula, threshold and range is read off the code.
"""

import inspect
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import get_type_hints

from core.config import shipped_file
from core.config_words import describe
from core.market.symbols import ECONOMY, SubjectKind
from core.rules.registry import RULES
from core.rules.rule import Rule
from core.studies.citations import CITATIONS
from core.studies.registry import STUDIES
from core.studies.study import Definition, Study
from core.toml import format_value

RuleTables = Mapping[str, Mapping[str, object]]

_HEAD = """\
# Measures, rules and where they come from

<!-- Made by `make docs` from the definitions in core/studies and core/rules: change those, not this file. -->

Everything that smid knows is a **measure** with an address. The screen, `smid once --text` and `smid once --json`
read the same ones, so a number on the screen can always be asked for by name:

```sh
smid once --json | jq '.measures["IWM/SPY.gap_20d"]'
```

## Addresses

An address is `SUBJECT.name`. A subject is a symbol (`IWM`, `^VIX`), a pair, small over large (`IWM/SPY`), or the
economy (`US`). All symbols and pairs of the settings have measures, whether a pane shows them or not. Below, `S` stands
for any symbol and `P` for any pair, and braces for several names: `P.gap_{1,5}d` is `P.gap_1d` and `P.gap_5d`. A
published address keeps its meaning; the list grows.

Topics marked *in detail* are calculated all day for pairs, their legs, the benchmark and the symbols of the panes
only; for any other symbol of the settings `smid explain` calculates them when asked.

Each measure is an object with five fields:

| field | meaning |
|---|---|
| `value` | a number, text (dates and states), true or false, or null |
| `unit` | what kind of value, see below |
| `as_of` | the moment it rests on (UTC): the close of its last session, or the trade while that session runs |
| `provisional` | true while the last session is not complete; `~` on the screen and on the page |
| `reason` | why `value` is null, a short phrase; null where there is a value |

| unit | value |
|---|---|
| `fraction` | 0.0718 is 7.18 % (or percentage points, for a difference of returns). Only screens show percent |
| `price` | in the symbol's own currency or points |
| `ratio` | a quotient: small over large, a beta, a correlation |
| `z` | standard deviations |
| `count`, `sessions` | whole numbers |
| `date` | a session of the exchange, ISO (`2026-02-27`) |
| `number` | a plain number, in units of its own |
| `degrees` | an angle, -180 to 180 |
| `state` | a word: `up` or `down` unless the formula names others |
| `dates` | several sessions, with commas between them |
| `flag` | true or false |

## Conventions

**Sessions, not calendar days.** A lookback of 20 is 20 sessions of the New York Stock Exchange: 5 is about a week,
20 a month, 63 a quarter, 126 half a year, 252 a year. A window of n sessions ends with the last one, which counts. A
return over n sessions starts at the close n sessions before. Half days count as one session. `ytd` starts at the last
close of the year before; `since` (only with `smid once --since DATE`) at the last close at or before that date.

**Weeks.** Names with a `w` or `weekly` rest on weekly closes: a week ends on Friday, and its close is that of its last
session. The running week counts with its newest session; its measures are provisional until Friday's close.

**Adjusted and quoted prices.** Measures use closes adjusted for splits and dividends, where the source has them, so
that an ex-date does not look like a loss. `last` is the price as quoted. Streaks compare the returns of unadjusted
closes. Indices such as ^RUT and ^GSPC do not count dividends; the `basis` in a subject's quality block says `TR`
(dividends are in the price) or `PR` (they are not).

**Pairs join.** A pair's history has the sessions in which both legs have a value. Nothing is filled forward. The gap
is the difference of two returns in percentage points; the return of the ratio is another number. With small at +12 %
and large at +5 % the gap is 7.00 points and the ratio has gained 6.67 %.

**Completed and provisional.** A session is complete 20 minutes after its close. Until then its value is the last
trade, and everything calculated with it is provisional. The legs of a pair must have traded within 60 seconds of each
other; otherwise the pair is `async` and keeps what it was when they last had, with that moment as its `as_of`. Where
they have not yet in the session, its measures are those of the last complete one.

**Missing is null with a reason.** No partial windows, no zeros for unknown values: `needs 252 sessions, has 120`.
Bars that cannot be (a price of zero or below, a high under the close, a move beyond any belief) are not used and are
listed in the quality block. More than 2 of the last 20 sessions missing, or more than 12 of the last 252, make a
subject `degraded`. A missing newest session makes it `stale`, and so does a live price that is older than it should
be: 90 seconds (longer for a fund that seldom trades), beside the delay that the source admits.

**The economy as known.** A number of the economy counts from the day on which it was known. Where smid itself did not
see it come, that is a day of the usual calendar of its releases, rather late than early; one that was delayed
(September 2025's employment report came on 20 November) counts from its usual day, which is too early.

**Statistics.** Standard deviations are those of a sample (n - 1). Volatilities use log returns and are annualised by
the root of 252; returns, gaps, betas, correlations and captures use simple returns. A percentile is the share of the
window at or below today's value, today included. No measure at a close uses anything later than that close.

"""

_BESIDE = """\
## Beside the measures

A snapshot (`smid once --json`, described by `smid schema`) also has:

- `findings`: what the rules below say now, each with the addresses it rests on;
- `rules`: every rule of the settings, whether it watches and why not, and how often it was at each level;
- `quality`: per subject its state (`ok`, `degraded`, `stale`, `async`, `missing`) with the reason, its first and last
  session, what is missing and what was not used;
- `series`: the last 60 values of `P.ratio` for every pair, of `S.volatility_20d` for the volatility pane and of
  `S.breadth_above_50` for every fund whose constituents are counted;
- `cones`: realised volatility over 5, 10, 20, 60, 120 and 252 sessions now, and its lowest, 10th, 25th, 50th, 75th,
  90th percentile and highest of 1260 windows [C8]. Windows overlap, which understates a deviation; times
  `overlap_factor` it is adjusted for that;
- `tracks`: the rotation maps [A7]. For each group of the settings (`sizes`, `sectors`), each pair of it and each of its
  symbols over the whole market (`against`: `pairs`, `market`) and each `pace` (`weekly`, `daily`): the last 8 points
  with session, level and momentum, the quadrant and since when, heading and distance of the newest point; without
  points the reason. They are what `P.rotation_*` and `P.rotation_daily_*` are for the pair;
- `regime`: who leads [J2] by `trend_50` and `trend_200` of the first pair (small where both are up, large where both
  are down, none otherwise), since when and for how many sessions, the small legs of the other pairs over the same large
  leg that agree, those that do not, those that are `behind` (with the session they have got to) and so are not asked,
  and the ratios that would turn the two trends;
- `source` and `session`: where the numbers come from, whether that answers, and where the exchange is in its day.

"""

_RULES = """\
## Rules

A rule reads measures and says findings, with a level: info, watch, warn or critical. Its thresholds are the table
`[rules.NAME]` of the settings; the defaults below are the shipped ones. Fractions there too: 0.04 is four percent.
`rules` in a snapshot lists all of them: whether each watches, is off, or has no data and what it needs.

**One life for all.** A level is entered at its threshold, once as many closes in a row were there as `confirm` says
(of info, watch, warn, critical); several levels up at once. It is left when `release` closes in a row were beyond its
`_exit`, which is easier than the threshold, and then for the next one down: never two levels at once. So what hovers
at a threshold does not come and go. While the data of a subject is not good enough to judge, nothing changes: a finding
stays as it was and is *blocked*. All of it is a function of completed history, so a restart changes nothing.

**A running session** is laid on top, and is *provisional*: `level` is what the finding would be at this close,
`confirmed` what it was at the last one. Its `state` is `pending` while no close has confirmed any level, `firing`
after that, and `resolved`, at level `ok`, with the close that ended it and until the next one. `raising` and
`releasing` say what is missing to the next level and until it goes down: closes that are there, closes needed, the
threshold and the distance to it. `since` is the session it began with, null where it has been so for as long as the
history goes back; `quiet` that it was at this level within the last `cooldown` sessions, so that it is no news.

**How often.** A level is meant to be rare: info 10 to 20 % of all sessions, watch 4 to 10 %, warn 1 to 3 %, critical
under 0.5 %. `calibration` has the share of the loaded history that each rule was at each level, and `share` of a
finding that of its own subject, from 1260 sessions on. A share outside its band is `uncalibrated`: such a level says
less, or more, than its name. No threshold was fitted to the history of these funds; percentiles refer to the subject's
own past, fixed steps are starting values set by convention. Change them if yours differ. A finding is a statement about
prices, not a forecast and not advice.

**A rule of your own** is a table with a name of your choice, in your own settings file:

```toml
[rules.small_caps_drop]
when = "IWM/SPY.gap_20d < -5% and IWM/SPY.trend_200 == 'down'"
until = "IWM/SPY.gap_20d > -3%"
level = "watch"
text = "Small caps fell behind"
```

Conditions have the addresses above, numbers (`5%` is 0.05), `+ - * /`, `< <= > >= == !=`, `and`, `or`, `not` and
brackets; words such as `'down'` are compared by `==` and `!=`, flags stand for themselves. What is missing is unknown,
and unless the rest decides, nothing changes. Without `until` it is left when `when` no longer holds. `confirm`,
`release`, `cooldown` and `enabled` may be there as in any rule. Where a measure has no whole past at hand, it is
calculated for the last 252 sessions.

"""

LETTERS = {SubjectKind.SYMBOL: "S", SubjectKind.PAIR: "P", SubjectKind.ECONOMY: ECONOMY}
"""What stands for any subject of a kind."""
_ACRONYMS = ("atr", "ewma", "garch")


def build_manual(rules: RuleTables) -> str:
    """The whole document as Markdown; `rules` are the tables `[rules.*]` whose values are told as defaults."""
    topics = (_tell_study(study) for study in STUDIES)
    told = (_tell_rule(name, kind, rules[name]) for name, kind in RULES.items())
    ids = _table(("id", "what and where from"), ((key, text) for key, text in CITATIONS.items()))
    parts = [_HEAD, "## All measures\n\n", *topics, _BESIDE, _RULES, *told, "## Sources\n\n", ids]
    return "".join(parts).rstrip("\n") + "\n"


def collapse(names: Iterable[str]) -> str:
    """`gap_1d` and `gap_5d` as `gap_{1,5}d`: names that differ from their first to their last digit only."""
    parts = [re.fullmatch(r"(\D*)(.*\d)(\D*)", name) for name in names]
    first = parts[0]
    assert first is not None
    return f"{first[1]}{{{','.join(part[2] for part in parts if part)}}}{first[3]}"


def _tell_study(study: Study) -> str:
    module = study.calculate.__module__
    name = module.rpartition(".")[2]
    title = name.upper() if name in _ACRONYMS else name.replace("_", " ").capitalize()
    rows = [row for kind in SubjectKind for row in _tell_kind(LETTERS[kind], study.definitions(kind))]
    told = _first_line(sys.modules[module]) + (" *In detail.*" if study.is_detail else "")
    return f"### {title}\n\n{told}\n\n" + _table(("address", "unit", "formula", "id"), rows)


def _tell_kind(letter: str, definitions: Iterable[Definition]) -> Iterator[tuple[str, ...]]:
    """A row for all definitions that differ in nothing but the numbers of their names."""
    groups: dict[tuple[str, ...], list[Definition]] = {}
    for one in definitions:
        shape = re.sub(r"\d+", "#", one.name), one.unit, _general(one), one.source
        groups.setdefault(shape, []).append(one)
    for (_, unit, formula, source), alike in groups.items():
        one = alike[0]
        name, text = (one.name, one.formula) if len(alike) == 1 else (collapse(d.name for d in alike), formula)
        yield f"`{letter}.{name}`", unit, text, source


def _general(definition: Definition) -> str:
    """The formula with n (and m) for the numbers of the name, each where it is named first."""
    formula = definition.formula
    for number, letter in zip(re.findall(r"\d+", definition.name), "nm", strict=False):
        formula = re.sub(rf"(?<!\d){number}(?!\d)", letter, formula, count=1)
    return formula


def _tell_rule(name: str, kind: type[Rule], table: Mapping[str, object]) -> str:
    allowed = get_type_hints(kind, include_extras=True)
    rows = ((f"`{key}`", f"`{format_value(table[key])}`", describe(allowed[key])) for key in kind.__struct_fields__)
    return f"### `{name}`\n\n{inspect.getdoc(kind)} [{kind.ID}]\n\n" + _table(("key", "default", "allowed"), rows)


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


def main() -> None:
    """Print it, with the shipped thresholds."""
    sys.stdout.write(build_manual(tomllib.loads(shipped_file().read_text("utf-8"))["rules"]))


if __name__ == "__main__":
    main()
