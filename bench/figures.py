"""A measured figure beside its budget, and the table of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`budget` is an upper limit in the same unit, None where there is none."""

    what: str
    value: float
    unit: str
    budget: float | None = None

    def row(self) -> str:
        verdict = "" if self.budget is None else ("within" if self.value <= self.budget else "OVER")
        budget = "" if self.budget is None else f"{self.budget:g} {self.unit}"
        return f"| {self.what} | {self.value:.3g} {self.unit} | {budget} | {verdict} |"


def table(title: str, figures: list[Figure]) -> str:
    """A Markdown table of the figures."""
    return "\n".join(
        [f"## {title}", "", "| figure | measured | budget | |", "|---|---|---|---|", *(f.row() for f in figures)]
    )
