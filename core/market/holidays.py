"""Names for the weekdays on which the exchange does not trade."""

from datetime import date
from functools import lru_cache

# Days the exchange closed for an event; the calendar library knows the days but not the names.
# Source: NYSE, "Special closings" (the list that its historical data carries).
_EVENTS = {
    date(1985, 9, 27): "Hurricane Gloria",
    date(1994, 4, 27): "day of mourning for Richard Nixon",
    date(2001, 9, 11): "attacks of September 11",
    date(2001, 9, 12): "attacks of September 11",
    date(2001, 9, 13): "attacks of September 11",
    date(2001, 9, 14): "attacks of September 11",
    date(2004, 6, 11): "day of mourning for Ronald Reagan",
    date(2007, 1, 2): "day of mourning for Gerald Ford",
    date(2012, 10, 29): "Hurricane Sandy",
    date(2012, 10, 30): "Hurricane Sandy",
    date(2018, 12, 5): "day of mourning for George H. W. Bush",
    date(2025, 1, 9): "day of mourning for Jimmy Carter",
}

# The library's names, as the exchange itself writes them.
_NAMES = {
    "Dr. Martin Luther King Jr. Day": "Martin Luther King Jr. Day",
    "President's Day": "Presidents' Day",
    "Juneteenth National Independence Day": "Juneteenth",
    "July 4th": "Independence Day",
    "Thanksgiving": "Thanksgiving Day",
    "Christmas": "Christmas Day",
}


def holiday_name(day: date) -> str:
    """Why the exchange does not trade on the weekday `day`; `holiday` where the reason has no known name."""
    return _EVENTS.get(day) or _regular(day.year).get(day, "holiday")


@lru_cache(maxsize=8)
def _regular(year: int) -> dict[date, str]:
    """The yearly holidays of `year` as observed: 2026-07-03 is Independence Day."""
    from exchange_calendars.exchange_calendar_xnys import XNYSExchangeCalendar

    # The rules need no built calendar, so none is made.
    rules = XNYSExchangeCalendar.regular_holidays.fget(None)
    named = rules.holidays(f"{year}-01-01", f"{year}-12-31", return_name=True)
    return {day.date(): _NAMES.get(name, name) for day, name in named.items()}
