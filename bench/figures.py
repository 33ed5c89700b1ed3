"""A measured figure beside its budget, and the table of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`budget` is an upper limit in the same unit, None where there is none."""

    what: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the budget is exceeded."""
        return self.budget is not None and self.value > self.budget

    def row(self) -> str:
        """A row of `table`."""
        verdict = "" if self.budget is None else "OVER" if self.is_over else "within"
        budget = "" if self.budget is None else f"{self.budget:g} {self.unit}"
        return f"| {self.what} | {_format(self.value)} {self.unit} | {budget} | {verdict} |"


def table(title: str, how: str, figures: list[Figure]) -> str:
    """A Markdown table of the figures under a title and a paragraph that says how they were measured."""
    head = ["| figure | measured | budget | |", "|---|---:|---:|---|"]
    return chapter(title, how, "\n".join([*head, *(figure.row() for figure in figures)]))


def chapter(title: str, how: str, body: str) -> str:
    """Anything measured under a title and a paragraph that says how."""
    return f"## {title}\n\n{how}\n\n{body}"


def _format(value: float) -> str:
    """Two or three digits that mean something: 0.42, 4.3, 57, 1787."""
    digits = 0 if abs(value) >= 20 else 1 if abs(value) >= 2 else 2
    return f"{value:.{digits}f}"
