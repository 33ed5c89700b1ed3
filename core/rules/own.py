"""A person's own rule: a condition over measures, with a level and a text, as a table of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from core.rules.expression import ExpressionError, Node, evaluate, parse
from core.rules.level import Level
from core.rules.rule import Confirm, Graded, PathRule, Release, Scope, Sessions, Told
from core.text import clean

if TYPE_CHECKING:
    from core.rules.rule import Floats

_parse = lru_cache(maxsize=256)(parse)


class Own(PathRule, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Found while `when` holds, and until `until` does, or `when` no longer does."""

    enabled: bool = True
    when: str
    until: str = ""
    level: Literal["info", "watch", "warn", "critical"]
    text: Annotated[str, Meta(min_length=1, max_length=200)]
    confirm: Confirm = (1, 1, 2, 2)
    release: Release = 3
    cooldown: Sessions = 5

    ID: ClassVar[str] = "your own"

    def __post_init__(self) -> None:
        for key, text in (("when", self.when), ("until", self.until)):
            try:
                if key == "when" or text:
                    _parse(text)
            except ExpressionError as error:
                raise ValueError(f"{key}: {error}") from None
        if not self.inputs(""):
            raise ValueError("when: expected at least one address, such as IWM/SPY.gap_20d")

    def say(self) -> str:
        return f"{clean(self.text, 200)}: {clean(self.when, 500)}"

    def conditions(self) -> tuple[Node, ...]:
        """`when`, and `until` where there is one."""
        return tuple(_parse(text) for text in (self.when, self.until) if text)

    def levels(self) -> tuple[Level, ...]:
        return (Level(self.level),)

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        return (self.inputs("")[0].rpartition(".")[0],)

    def inputs(self, subject: str) -> tuple[str, ...]:
        """The same whatever the subject: the addresses that it names."""
        return tuple(dict.fromkeys(address for node in self.conditions() for address in node.addresses()))

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        known = dict(zip(self.inputs(""), inputs, strict=True))
        size = np.zeros(len(inputs[0]))
        when, *rest = (evaluate(node, known.__getitem__) + size for node in self.conditions())
        until = rest[0] if rest else 1.0 - when
        held = (when == 1.0) | (until != 1.0)
        return Graded(
            (when == 1.0).astype(np.int8), held.astype(np.int8), inputs[0], ~np.isnan(when) & ~np.isnan(until)
        )

    def tell(self, told: Told) -> str:
        values = (f"{address} {_say(told.reading.measure(address).value)}" for address in self.inputs(told.subject))
        return f"{clean(self.text, 200)} ({', '.join(values)})"


def _say(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "unknown" if value is None else clean(str(value), 40)
