"""The economy as a section of the page that `smid once --text` prints."""

from core.rules.level import Level
from core.snapshot import Measure, Snapshot
from tui.tables import to_table
from widgets.format import MISSING, format_number, format_percent, format_rank, to_number

_ROWS = (
    ("recession_probability", "odds of a recession %", "3m", 1),
    ("term_spread", "10 years less 3 months", "20d", 2),
    ("sahm", "unemployment's rise", "3m", 2),
    ("claims_over_low", "claims over their low %", "4w", 1),
    ("high_yield_spread", "high-yield spread", "20d", 2),
    ("baa_spread", "Baa spread", "20d", 2),
    ("lending_standards", "banks tightening %", "1q", 1),
    ("financial_conditions", "financial conditions", "4w", 2),
    ("policy_rate", "federal funds rate %", "20d", 2),
    ("policy_path", "2-year yield less that", "20d", 2),
    ("real_yield_10y", "10-year real yield %", "20d", 2),
    ("wage_growth", "hourly earnings, year %", "3m", 1),
    ("growth_nowcast", "growth nowcast %", "1q", 1),
    ("production_growth", "production, year %", "3m", 1),
)
_HEAD = ["", "value", "of", "change", "over", "past", "level"]


def build_economy_text(snapshot: Snapshot) -> str:
    """What is known of it, '' where nothing is; a line says what fails."""
    economy = snapshot.economy
    rows = [_row(snapshot, *row) for row in _ROWS if snapshot.measure(f"US.{row[0]}").value is not None]
    if not rows:
        return ""
    title = f"ECONOMY ({economy.origin}: {economy.held} of {economy.total} series), as known on the day"
    return to_table(title, _HEAD, rows) + (f"\n  {economy.trouble}" if economy.trouble else "")


def _row(snapshot: Snapshot, name: str, title: str, change: str, digits: int) -> list[str]:
    address = f"US.{name}"
    measure = snapshot.measure(address)
    level = snapshot.economy.levels.get(name, Level.OK)
    return [
        title,
        _say(measure, digits),
        f"{measure.as_of:%Y-%m-%d}" if measure.as_of else MISSING,
        _say(snapshot.measure(f"{address}_change_{change}"), digits, signed=True),
        change,
        format_rank(to_number(snapshot.measure(f"{address}_percentile"))),
        "" if level is Level.OK else level.value,
    ]


def _say(measure: Measure, digits: int, *, signed: bool = False) -> str:
    write = format_percent if measure.unit == "fraction" else format_number
    return write(to_number(measure), digits, signed=signed)
