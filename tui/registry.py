"""The panes and pages there are: one line each. Their order is that of `[panes] show` and `pages`."""

from widgets.averages import AveragesPane
from widgets.chart import ChartPane
from widgets.claims import ClaimsPane
from widgets.drivers import DriversPane
from widgets.gaps import GapsPane
from widgets.journal import JournalPane
from widgets.outlook import OutlookPane
from widgets.pane import Pane
from widgets.risk import RiskPane
from widgets.rotation import RotationPane
from widgets.sectors import SectorsPane
from widgets.valuation import ValuationPane
from widgets.volatility import VolatilityPane

PANES: dict[str, type[Pane]] = {
    pane.NAME: pane
    for pane in (
        ChartPane,
        GapsPane,
        AveragesPane,
        VolatilityPane,
        RiskPane,
        RotationPane,
        DriversPane,
        SectorsPane,
        ValuationPane,
        JournalPane,
        ClaimsPane,
        OutlookPane,
    )
}
