"""The settings as typed structs. Their defaults and their explanation are in `config.toml`, nowhere else."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from core.market.sectors import SECTOR_FUNDS

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Key = Annotated[str, Meta(min_length=1, max_length=40)]


class SourceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    name: str


class Universe(Struct, frozen=True, forbid_unknown_fields=True):
    benchmark: str
    pairs: Annotated[tuple[str, ...], Meta(min_length=1, max_length=40)]
    symbols: Annotated[tuple[str, ...], Meta(max_length=200)]
    """Watched beside the legs of the pairs."""
    sectors: bool
    """Whether the funds of all sectors are watched too, for their page alone."""
    averages: tuple[str, ...]
    """Rows of the moving-average matrix: symbols or pairs, each of them watched."""
    volatility: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]


class Lookbacks(Struct, frozen=True, forbid_unknown_fields=True):
    chart: Annotated[tuple[Literal["1D", "3M", "6M", "1Y", "2Y", "5Y", "10Y", "max"], ...], Meta(min_length=1)]
    chart_default: str
    gaps: Annotated[tuple[Literal["1d", "5d", "20d", "63d", "126d", "252d", "ytd"], ...], Meta(min_length=1)]
    peak_year: Annotated[int, Meta(ge=1950, le=2100)]


class BreadthSettings(Struct, frozen=True, forbid_unknown_fields=True):
    holdings: Annotated[tuple[str, ...], Meta(max_length=20)]
    """A fund and the file of its constituents each, as `IWM=/path`; see `funds`."""
    bars: Annotated[tuple[str, ...], Meta(max_length=20)]
    newest: str = ""
    """A file of newest prices that is written through the session; empty: none."""

    @property
    def funds(self) -> dict[str, str]:
        """The files of constituents by fund."""
        return dict(item.split("=", 1) for item in self.holdings)


class MacroSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Economic series: where files of them are, and what may be asked of FRED."""

    directory: str
    """For markets of files and recordings; empty: `macro` in or beside theirs."""
    fetch: bool
    requests_per_day: Annotated[int, Meta(ge=1, le=200)]
    pause_seconds: Annotated[float, Meta(ge=0.1, le=600)]
    deadline_seconds: Annotated[float, Meta(ge=1, le=120)]


class RotationSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The rotation map: two groups of pairs; their legs are watched symbols, or the screen says that they are not."""

    sizes: Annotated[tuple[str, ...], Meta(max_length=16)]
    sectors: Annotated[tuple[str, ...], Meta(max_length=16)]
    market: str
    against: Literal["pairs", "market"]
    pace: Literal["weekly", "daily"]

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups that have pairs, by name."""
        named = {"sizes": self.sizes, "sectors": self.sectors}
        return {name: pairs for name, pairs in named.items() if pairs}

    def subjects(self, group: str, against: str) -> tuple[str, ...]:
        """What a map of `group` shows: its "pairs", or each of their legs against the "market"."""
        pairs = self.groups.get(group, ())
        if against == "pairs":
            return pairs
        legs = dict.fromkeys(leg for pair in pairs for leg in pair.split("/"))
        return tuple(f"{leg}/{self.market}" for leg in legs if leg != self.market)


class ClaimsSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The claims' file of one's own, '' for none, and whether the shipped claims are checked as well."""

    file: str
    shipped: bool


class FundamentalsSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What companies earn and what is paid for it: whose figures are read, and whom a source is asked for."""

    indices: Annotated[tuple[str, ...], Meta(max_length=40)]
    """An index and the symbols that stand for it each, `S&P 500=SPY,^GSPC`; see `symbols`."""
    shipped: bool
    files: Annotated[tuple[str, ...], Meta(max_length=20)]
    constituents: Annotated[int, Meta(ge=0, le=200)]
    per_hour: Annotated[int, Meta(ge=1, le=30)]

    @property
    def symbols(self) -> dict[str, tuple[str, ...]]:
        """The symbols of each index, the fund that a source is asked for first."""
        split = (item.split("=", 1) for item in self.indices)
        return {index: tuple(symbols.split(",")) for index, symbols in split}


class Refresh(Struct, frozen=True, forbid_unknown_fields=True):
    open_seconds: Annotated[float, Meta(ge=10, le=3_600)]
    closed_seconds: Annotated[float, Meta(ge=60, le=86_400)]
    simulated_seconds: Annotated[float, Meta(ge=0.2, le=60)]
    deadline_seconds: Annotated[float, Meta(ge=1, le=120)]
    history_pause_seconds: Annotated[float, Meta(ge=0, le=60)]
    requests_per_minute: Annotated[int, Meta(ge=6, le=60)]
    requests_per_hour: Annotated[int, Meta(ge=60, le=360)]


class EngineSettings(Struct, frozen=True, forbid_unknown_fields=True):
    linger_seconds: Annotated[float, Meta(ge=0, le=86_400)]
    quotes_kept_days: Annotated[int, Meta(ge=1, le=60)]


NoticeLevel = Literal["info", "watch", "warn", "critical"]


class NotifySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is told, and when; each channel has its own table."""

    channels: tuple[Literal["hook", "webhook", "email"], ...]
    bell: Literal["off", "info", "watch", "warn", "critical"]
    confirm: Literal["close", "live"]
    hold_seconds: Annotated[float, Meta(ge=0, le=3_600)]
    group_seconds: Annotated[float, Meta(ge=0, le=3_600)]
    cooldown_sessions: Annotated[int, Meta(ge=0, le=252)]
    quiet: Annotated[tuple[str, ...], Meta(max_length=20)]
    """Phases of the exchange's day, or spans of the clock in New York: see `core.notify.quiet`."""
    loud: Literal["never", "info", "watch", "warn", "critical"]
    tries: Annotated[int, Meta(ge=1, le=20)]
    only_live: bool


class HookSettings(Struct, frozen=True, forbid_unknown_fields=True):
    command: Annotated[tuple[str, ...], Meta(max_length=40)]
    level: NoticeLevel
    seconds: Annotated[float, Meta(ge=1, le=120)]


class WebhookSettings(Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    token: str
    level: NoticeLevel
    seconds: Annotated[float, Meta(ge=1, le=120)]


class EmailSettings(Struct, frozen=True, forbid_unknown_fields=True):
    host: str
    port: Annotated[int, Meta(ge=1, le=65_535)]
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str
    sender: str
    to: Annotated[tuple[str, ...], Meta(max_length=20)]
    level: NoticeLevel
    seconds: Annotated[float, Meta(ge=1, le=120)]


class Panes(Struct, frozen=True, forbid_unknown_fields=True):
    show: Annotated[tuple[Literal["chart", "gaps", "averages", "volatility", "risk"], ...], Meta(min_length=1)]
    pages: tuple[Literal["rotation", "sectors", "drivers", "valuation", "outlook", "journal", "claims"], ...]
    """Never beside others: each has the screen to itself."""
    mouse: bool
    ascii: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Panes and pages in the order of their numbers."""
        return (*self.show, *self.pages)


class Theme(Struct, frozen=True, forbid_unknown_fields=True):
    name: Literal["dark", "light", "colorblind-dark", "colorblind-light"]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that `config.toml` says, validated."""

    source: SourceSettings
    universe: Universe
    lookbacks: Lookbacks
    rotation: RotationSettings
    breadth: BreadthSettings
    claims: ClaimsSettings
    macro: MacroSettings
    fundamentals: FundamentalsSettings
    refresh: Refresh
    engine: EngineSettings
    notify: NotifySettings
    hook: HookSettings
    webhook: WebhookSettings
    email: EmailSettings
    panes: Panes
    keys: dict[str, str]
    """Action name to keys, comma-separated; the names are those of the shipped file."""
    theme: Theme
    rules: dict[str, dict[str, object]]
    """One table a rule; `core.rules` reads each into the rule's own struct."""

    @property
    def measured(self) -> tuple[str, ...]:
        """All symbols that have measures, legs of the pairs first, each once, in the order of the file."""
        subjects = (*self.universe.pairs, *self.universe.averages, *self.universe.volatility)
        legs = [symbol for subject in subjects for symbol in subject.split("/")]
        return tuple(dict.fromkeys([*legs, self.universe.benchmark, *self.universe.symbols]))

    @property
    def symbols(self) -> tuple[str, ...]:
        """All symbols to fetch: those that are measured, then those of the page of sectors alone."""
        return tuple(dict.fromkeys([*self.measured, *(SECTOR_FUNDS if self.universe.sectors else ())]))

    @property
    def pairs(self) -> tuple[str, ...]:
        """All pairs to analyse, each once: those of the universe, then those only named in a matrix."""
        named = [s for s in (*self.universe.averages, *self.universe.volatility) if "/" in s]
        return tuple(dict.fromkeys([*self.universe.pairs, *named]))
