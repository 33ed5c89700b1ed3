"""core/rules/addresses.py, made from the definitions of the studies: `python -m core.studies.names` prints it.

The settings are checked where numpy is not loaded, so the names of the measures must be known without the studies.
"""

import sys
import textwrap
from collections.abc import Mapping

from core.market.symbols import SubjectKind
from core.studies.registry import definitions
from core.studies.study import Definition

_HEAD = '''"""The names of all measures that a rule can judge by. Made by `make docs`: change core/studies instead."""

from collections.abc import Mapping
from functools import cache

from core.market.symbols import SubjectKind

'''
_TAIL = '''

@cache
def kinds_of(subject: SubjectKind) -> Mapping[str, str]:
    """Every measure of such a subject that can be judged by, with what it is: number, flag or word."""
    tables = {SubjectKind.SYMBOL: _SYMBOL, SubjectKind.PAIR: _PAIR, SubjectKind.ECONOMY: _ECONOMY}
    return {name: kind for kind, names in tables[subject].items() for name in names.split()}
'''
_NOT_JUDGED = ("date", "dates")


def build_names() -> str:
    """The whole module; dates, and what is there only with a date of one's own, cannot be judged by."""
    tables = (_tell(f"_{kind.name}", definitions(kind)) for kind in SubjectKind)
    return _HEAD + "".join(tables).rstrip("\n") + "\n" + _TAIL


def _tell(table: str, known: Mapping[str, Definition]) -> str:
    kinds: dict[str, list[str]] = {"number": [], "flag": [], "word": []}
    for name, one in known.items():
        if one.unit not in _NOT_JUDGED and not name.endswith("_since"):
            kinds[{"flag": "flag", "state": "word"}.get(one.unit, "number")].append(name)
    rows = (f'    "{kind}": """\n{_wrap(names)}\n    """,\n' for kind, names in kinds.items() if names)
    return f"{table} = {{\n{''.join(rows)}}}\n"


def _wrap(names: list[str]) -> str:
    return textwrap.fill(" ".join(names), 110, initial_indent=" " * 8, subsequent_indent=" " * 8)


if __name__ == "__main__":
    sys.stdout.write(build_names())
