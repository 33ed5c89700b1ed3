"""The conditions of a person's own rules: `IWM/SPY.gap_20d < -5% and not IWM/SPY.choppy`.

Read by recursive descent into a tree of a few kinds of node, which is all that is ever calculated: nothing of the text
is run. Conditions may be unknown, where a measure is missing: what does not hang on it is decided all the same.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from core.config_check import nearest
from core.market.symbols import kind_of_subject
from core.rules.addresses import kinds_of
from core.rules.rule import CODES
from core.text import clean

if TYPE_CHECKING:
    from core.rules.rule import Floats

    Look = Callable[[str], Floats]

KindOf = Callable[[str], str]
"""number, flag or word by address; raises `ExpressionError` where there is no such measure."""
MOST_CHARACTERS, MOST_DEPTH = 500, 40
_SYMBOL = r"\^?[A-Z][A-Z0-9^=.\-]*"
_TOKENS = re.compile(
    rf"\s*(?:(?P<address>{_SYMBOL}(?:/{_SYMBOL})?\.[a-z]\w*)|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:\s*%)?)"
    r"|(?P<word>\"[a-z]*\"|'[a-z]*')|(?P<name>and|or|not)\b|(?P<sign><=|>=|==|!=|[<>+\-*/()]))",
    re.ASCII,
)
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_CALCULATED: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class ExpressionError(ValueError):
    """What is wrong with an expression, in words that follow a colon."""


class Node(Struct, frozen=True):
    """A part of an expression: `kind` is number, flag (a condition) or word; `sign` what is done with the `parts`."""

    kind: str
    sign: str
    value: float = 0.0
    address: str = ""
    parts: tuple[Node, ...] = ()

    def addresses(self) -> Iterator[str]:
        """Every measure that it names, in their order, as often as it does."""
        if self.address:
            yield self.address
        for part in self.parts:
            yield from part.addresses()


def parse(text: str, kind_of: KindOf | None = None) -> Node:
    """The tree of a condition; raises `ExpressionError`. `kind_of` knows other addresses than those of rules."""
    node = _read(text, kind_of, "join conditions by and, or")
    return _want(node, "flag", "a condition, such as IWM/SPY.gap_20d < -5%")


def parse_number(text: str, kind_of: KindOf | None = None) -> Node:
    """The tree of a number, such as `IWM/SPY.gap_20d - 5%`; raises `ExpressionError`."""
    return _want(_read(text, kind_of, "join numbers by + - * /"), "number", "a number, such as IWM/SPY.gap_20d")


def _read(text: str, kind_of: KindOf | None, hint: str) -> Node:
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"longer than {MOST_CHARACTERS} characters")
    reader = _Reader(list(_split(text)), kind_of or _kind_of)
    node = reader.read_or(0)
    if reader.peek():
        raise ExpressionError(f'"{clean(reader.peek(), 40)}" is one too many; {hint}')
    return node


def evaluate(node: Node, look: Look) -> Floats:
    """1 where it holds, 0 where it does not, NaN where that is unknown; or the numbers, by what `look` says."""
    import numpy as np

    if node.sign == "address":
        return look(node.address)
    if node.sign == "value":
        return np.asarray(node.value)
    parts = [evaluate(part, look) for part in node.parts]
    if node.sign == "not":
        return 1.0 - parts[0]
    if node.sign == "and":
        return _both(*parts)
    if node.sign == "or":
        return 1.0 - _both(1.0 - parts[0], 1.0 - parts[1])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if node.sign in _COMPARED:
            unknown = np.isnan(parts[0]) | np.isnan(parts[1])
            return np.where(unknown, np.nan, _COMPARED[node.sign](*parts))
        found = _CALCULATED[node.sign](*parts)
        return np.where(np.isfinite(found), found, np.nan)


def _both(left: Floats, right: Floats) -> Floats:
    """Kleene's and: what is false stays so, whatever the unknown other one is."""
    import numpy as np

    return np.where((left == 0.0) | (right == 0.0), 0.0, left * right)


def _split(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        found = _TOKENS.match(text, at)
        if not found:
            raise ExpressionError(_say_strange(text[at:].split()[0]))
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]


def _say_strange(word: str) -> str:
    shown = clean(word, 40)
    if word.startswith("="):
        return f'"{shown}" is not understood; equal is =='
    wanted = "addresses such as IWM/SPY.gap_20d, numbers, < <= > >= == !=, and, or, not"
    return f'"{shown}" is not understood; expected {wanted}'


class _Reader:
    """The tokens, and how far they are read."""

    def __init__(self, tokens: list[tuple[str, str]], kind_of: KindOf) -> None:
        self.tokens, self.at, self.kind_of = tokens, 0, kind_of

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token if it is one of `wanted`."""
        found = self.peek()
        if found not in wanted:
            return ""
        self.at += 1
        return found

    def read_or(self, depth: int) -> Node:
        return self._read_logic("or", self._read_and, depth)

    def _read_and(self, depth: int) -> Node:
        return self._read_logic("and", self._read_not, depth)

    def _read_logic(self, word: str, read: Callable[[int], Node], depth: int) -> Node:
        node = read(depth)
        while self.take(word):
            sides = tuple(_want(side, "flag", f"a condition on both sides of {word}") for side in (node, read(depth)))
            node = Node("flag", word, parts=sides)
        return node

    def _read_not(self, depth: int) -> Node:
        if depth > MOST_DEPTH:
            raise ExpressionError(f"nested deeper than {MOST_DEPTH}")
        if self.take("not"):
            return Node("flag", "not", parts=(_want(self._read_not(depth + 1), "flag", "a condition after not"),))
        return self._read_comparison(depth)

    def _read_comparison(self, depth: int) -> Node:
        left = self._read_sum(depth)
        sign = self.take(*_COMPARED)
        if not sign:
            return left
        right = self._read_sum(depth)
        if self.peek() in _COMPARED:
            raise ExpressionError("one comparison at a time; join two by and")
        return Node("flag", sign, parts=_match(left, right, sign))

    def _read_sum(self, depth: int) -> Node:
        return self._read_arithmetic(("+", "-"), self._read_product, depth)

    def _read_product(self, depth: int) -> Node:
        return self._read_arithmetic(("*", "/"), self._read_factor, depth)

    def _read_arithmetic(self, signs: tuple[str, ...], read: Callable[[int], Node], depth: int) -> Node:
        node = read(depth)
        while sign := self.take(*signs):
            sides = tuple(_want(side, "number", f"numbers on both sides of {sign}") for side in (node, read(depth)))
            node = Node("number", sign, parts=sides)
        return node

    def _read_factor(self, depth: int) -> Node:
        if depth > MOST_DEPTH:
            raise ExpressionError(f"nested deeper than {MOST_DEPTH}")
        if self.take("-"):
            of = _want(self._read_factor(depth + 1), "number", "a number after -")
            return Node("number", "*", parts=(Node("number", "value", -1.0), of))
        if self.take("("):
            node = self.read_or(depth + 1)
            if not self.take(")"):
                raise ExpressionError("a bracket is opened and not closed")
            return node
        return self._read_leaf()

    def _read_leaf(self) -> Node:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        self.at += 1
        if kind == "number":
            is_percent = text.endswith("%")
            value = float(text.rstrip("% ")) / (100.0 if is_percent else 1.0)
            if value == float("inf"):
                raise ExpressionError(f"{clean(text, 40)} is too large")
            return Node("number", "value", value)
        if kind == "word":
            return _to_word(text[1:-1])
        if kind == "address":
            return Node(self.kind_of(text), "address", address=text)
        where = f"before '{clean(text, 40)}'" if text else "at the end"
        raise ExpressionError(f"a number or an address is missing {where}")


def _want(node: Node, kind: str, wanted: str) -> Node:
    if node.kind != kind:
        raise ExpressionError(f"expected {wanted}" + (f"; {node.address} is a {node.kind}" if node.address else ""))
    return node


def _match(left: Node, right: Node, sign: str) -> tuple[Node, Node]:
    """Numbers are compared with numbers, words only for being the same."""
    if "word" not in (left.kind, right.kind):
        return _want(left, "number", f"a number before {sign}"), _want(right, "number", f"a number after {sign}")
    if sign not in ("==", "!="):
        raise ExpressionError(f"words are compared by == and !=, not by {sign}")
    return _want(left, "word", "words on both sides"), _want(right, "word", "words on both sides")


def _to_word(word: str) -> Node:
    if word not in CODES:
        near = nearest(word, CODES)
        raise ExpressionError(f'no measure says "{clean(word, 40)}"' + (f'; did you mean "{near}"?' if near else ""))
    return Node("word", "value", CODES[word])


def _kind_of(address: str) -> str:
    """number, flag or word; raises where there is no such measure."""
    subject, _, name = address.rpartition(".")
    known = kinds_of(kind_of_subject(subject))
    kind = known.get(name)
    if kind is None:
        near = nearest(name, known)
        hint = f"; did you mean {subject}.{near}?" if near else "; 'smid explain --list' names them all"
        raise ExpressionError(f"{clean(subject, 40)} has no measure {clean(name, 40)} that can be judged by{hint}")
    return kind
