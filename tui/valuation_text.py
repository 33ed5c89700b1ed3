"""Valuation and earnings as a section of the page that `smid once --text` prints; of pairs that have figures."""

from collections.abc import Iterator

from core.snapshot import Measure, Snapshot
from widgets.format import format_number, format_percent, format_rank, to_number
from widgets.valuation_rows import GROWTHS, MULTIPLES

_NONE = "n/a"
_LABEL, _PAIR = 18, 12


def build_valuation_text(snapshot: Snapshot) -> str:
    """The section, '' where nobody has said anything of any pair."""
    sources: dict[str, str] = {}
    lines = [*_multiples(snapshot, sources), *_growths(snapshot, sources), *_companies(snapshot)]
    told = [f"  [{mark}] {source}" for source, mark in sources.items()]
    return "\n".join(["VALUATION AND EARNINGS, each row by one source", *lines, *told]) if lines else ""


def _pairs(snapshot: Snapshot) -> list[str]:
    """Of funds: an index has the figures of its fund."""
    return [pair for pair in snapshot.pairs if "^" not in pair]


def _multiples(snapshot: Snapshot, sources: dict[str, str]) -> Iterator[str]:
    """All of the first pair that has any, and of every other the first there is."""
    rows: list[str] = []
    for pair in _pairs(snapshot):
        found = [
            f"  {pair:<{_PAIR}}{label:<{_LABEL}}{_plain(m('small')):>7}{_plain(m('large')):>7}"
            f"{_percent(m('discount')):>7}{_rank(m('discount_percentile')):>7}"
            f"  {_said(m('discount'), m('source'), sources)}"
            for metric, label in MULTIPLES.items()
            for m in [_Of(snapshot, pair, f"{metric}_")]
            if m("discount").value is not None
        ]
        rows += found[:1] if rows else found
    if rows:
        yield f"  {'':<{_PAIR}}{'':<{_LABEL}}{'small':>7}{'large':>7}{'disc %':>7}{'place':>7}  said"
        yield from rows


def _growths(snapshot: Snapshot, sources: dict[str, str]) -> Iterator[str]:
    rows = [
        f"  {pair:<{_PAIR}}{f'EPS growth {year}':<{_LABEL}}"
        f"{_percent(m(f'eps_growth_small{end}')):>7}{_percent(m(f'eps_growth_large{end}')):>7}"
        f"{_percent(m(f'eps_growth_gap{end}')):>7}{_percent(m(f'eps_stacked_gap_2y{end}')):>7}"
        f"  {_said(m(f'eps_growth_gap{end}'), m(f'eps_growth_source{end}'), sources)}"
        for pair in _pairs(snapshot)
        for end in GROWTHS
        for m in [_Of(snapshot, pair, "")]
        for year in [m(f"eps_growth_year{end}").value]
        if m(f"eps_growth_gap{end}").value is not None
    ]
    if rows:
        yield f"  {'':<{_PAIR}}{'':<{_LABEL}}{'small':>7}{'large':>7}{'gap':>7}{'gap 2y':>7}  said"
        yield from rows


def _companies(snapshot: Snapshot) -> Iterator[str]:
    """Of the legs whose companies somebody has told of."""
    legs = dict.fromkeys(leg for pair in _pairs(snapshot) for leg in pair.split("/"))
    rows = [
        f"  {leg:<{_PAIR}}{_percent(m('revision_breadth_30d'), 0):>10}{_percent(m('eps_drift_90d')):>12}"
        f"{_percent(m('surprise_share'), 0):>12}{_percent(m('flow_20d')):>12}"
        for leg in legs
        for m in [_Of(snapshot, leg, "")]
        if any(m(name).value is not None for name in ("revision_breadth_30d", "flow_20d"))
    ]
    if rows:
        yield f"  {'in percent':<{_PAIR}}{'revisions':>10}{'drift 90d':>12}{'surprises':>12}{'flows 20d':>12}"
        yield from rows


class _Of:
    """The measures of one subject whose names begin alike."""

    def __init__(self, snapshot: Snapshot, subject: str, start: str) -> None:
        self._snapshot, self._start = snapshot, f"{subject}.{start}"

    def __call__(self, name: str) -> Measure:
        return self._snapshot.measure(f"{self._start}{name}")


def _plain(measure: Measure) -> str:
    return _NONE if measure.value is None else format_number(to_number(measure), 1)


def _percent(measure: Measure, digits: int = 1) -> str:
    return _NONE if measure.value is None else format_percent(to_number(measure), digits, signed=False)


def _rank(measure: Measure) -> str:
    return _NONE if measure.value is None else format_rank(to_number(measure))


def _said(measure: Measure, source: Measure, sources: dict[str, str]) -> str:
    """The day, and a letter for who said it."""
    mark = sources.setdefault(str(source.value), chr(ord("a") + min(len(sources), 25)))
    return f"{measure.as_of:%Y-%m-%d} [{mark}]" if measure.as_of else f"[{mark}]"
