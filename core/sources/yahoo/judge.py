"""Whether a well-formed quote is believable: measured against what was accepted before it."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from core.clock import Clock
from core.market.quotes import Quote
from core.sources.base import ProblemKind
from core.sources.yahoo.fields import RATES
from core.sources.yahoo.quotes import Candidate

MOVE_LIMIT = 0.20
STOCK_MOVE_LIMIT = 0.40
_PREVIOUS_LIMIT = 0.50
_RATE_LIMIT = 1.0  # percentage points: fractions of a yield near zero mean nothing
_SCALE_LIMIT = 5.0  # a factor that no market makes in a few days
_SAME_PRICE = 0.05  # how near the second poll must be to the first
_AHEAD = timedelta(seconds=60)
_CHECK_AGAIN = timedelta(seconds=60)


class Verdict(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    ASK_CHART = "ask_chart"  # two polls agree on a great move: the chart endpoint shall decide


class Judgement(Struct, frozen=True):
    """`quote` may have lost a previous close that cannot be; `reason` says why it is not accepted."""

    verdict: Verdict
    quote: Quote
    reason: str = ""
    kind: ProblemKind = ProblemKind.ERROR


class _Doubt(Struct, frozen=True):
    price: float
    check_at: datetime


class Judge:
    """Remembers the last accepted price and time of every symbol, and the price in doubt."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._prices: dict[str, float] = {}
        self._times: dict[str, datetime] = {}
        self._doubts: dict[str, _Doubt] = {}
        self._anchors: dict[str, float] = {}
        self._history_doubts: dict[str, float] = {}

    def weigh_history(self, symbol: str, close: float, has_split: bool) -> bool:
        """Whether a history ending in `close` is believable: like the one before, or told twice, or explained.

        Its close then is the measure of first quotes and the anchor of great moves.
        """
        anchor, doubt = self._anchors.get(symbol, self._prices.get(symbol)), self._history_doubts.pop(symbol, None)
        told_twice = doubt is not None and _is_move_within(symbol, doubt, close, _SAME_PRICE)
        if not (anchor is None or has_split or told_twice or _is_same_scale(symbol, anchor, close)):
            self._history_doubts[symbol] = close
            return False
        self._anchors[symbol] = close
        known = self._prices.get(symbol)
        if known is None or not _is_same_scale(symbol, known, close):
            self._prices[symbol] = close
        return True

    def is_of_scale(self, symbol: str, price: float) -> bool:
        """Whether `price` can be of this symbol at all, by what is known of it."""
        known = self._prices.get(symbol)
        return known is None or _is_same_scale(symbol, known, price)

    def weigh(self, candidate: Candidate) -> Judgement:
        """Judge by time first, then by the move since the price accepted before."""
        quote = candidate.quote
        last = self._times.get(quote.symbol)
        if quote.time > self._clock.now() + _AHEAD:
            return Judgement(Verdict.REJECT, quote, f"the quote of {quote.symbol} is ahead of this machine's clock")
        if last is not None and quote.time < last:
            reason = f"the quote of {quote.symbol} is older than the one before"
            return Judgement(Verdict.REJECT, quote, reason, ProblemKind.STALE)
        limit = STOCK_MOVE_LIMIT if candidate.is_stock else MOVE_LIMIT
        known = self._prices.get(quote.symbol)
        reference = known if known is not None else quote.previous_close
        if reference is None or _is_move_within(quote.symbol, reference, quote.price, limit):
            return self.accept(quote)
        return self._doubt(quote, reference)

    def accept(self, quote: Quote) -> Judgement:
        """Take it as the new measure; a previous close that cannot belong to its price is dropped."""
        self._prices[quote.symbol] = quote.price
        self._times[quote.symbol] = quote.time
        self._doubts.pop(quote.symbol, None)
        if quote.previous_close is not None and not is_near(quote.symbol, quote.previous_close, quote.price):
            quote = msgspec.structs.replace(quote, previous_close=None)
        return Judgement(Verdict.ACCEPT, quote)

    def decide(self, quote: Quote, chart_price: float | None, has_split: bool) -> Judgement:
        """After the chart has been asked: it must show the same price, and a split if history is far off."""
        anchor = self._anchors.get(quote.symbol)
        agrees = chart_price is not None and _is_move_within(quote.symbol, chart_price, quote.price, _SAME_PRICE)
        if agrees and (anchor is None or has_split or _is_same_scale(quote.symbol, anchor, quote.price)):
            return self.accept(quote)
        self._doubts[quote.symbol] = _Doubt(quote.price, self._clock.now() + _CHECK_AGAIN)
        return Judgement(Verdict.REJECT, quote, _refusal_of(quote))

    def _doubt(self, quote: Quote, reference: float) -> Judgement:
        earlier = self._doubts.get(quote.symbol)
        reason = f"{quote.symbol} jumps from {reference:,.2f} to {quote.price:,.2f}: waiting for it to be confirmed"
        if earlier is None or not _is_move_within(quote.symbol, earlier.price, quote.price, _SAME_PRICE):
            self._doubts[quote.symbol] = _Doubt(quote.price, self._clock.now())
            return Judgement(Verdict.REJECT, quote, reason)
        if self._clock.now() < earlier.check_at:  # the chart has refused it just now
            return Judgement(Verdict.REJECT, quote, _refusal_of(quote))
        return Judgement(Verdict.ASK_CHART, quote, reason)


def _refusal_of(quote: Quote) -> str:
    return f"{quote.symbol} at {quote.price:,.2f} is not believable: not used"


def is_near(symbol: str, previous: float, price: float) -> bool:
    """Whether a previous close can belong to this price: within half of it (spec §5.7)."""
    return abs(previous - price) <= (2 * _RATE_LIMIT if symbol in RATES else _PREVIOUS_LIMIT * abs(price))


def _is_same_scale(symbol: str, one: float, other: float) -> bool:
    return symbol in RATES or max(one, other) <= _SCALE_LIMIT * min(one, other)


def _is_move_within(symbol: str, old: float, new: float, limit: float) -> bool:
    return abs(new - old) <= (_RATE_LIMIT if symbol in RATES else limit * abs(old))
