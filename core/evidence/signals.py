"""All signals by name."""

from core.evidence.economy_signals import ECONOMY_SIGNALS
from core.evidence.map_signals import MAP_SIGNALS
from core.evidence.risk_signals import RISK_SIGNALS
from core.evidence.signal import Signal
from core.evidence.stretch_signals import STRETCH_SIGNALS
from core.evidence.trend_signals import TREND_SIGNALS

SIGNALS: dict[str, Signal] = {
    signal.name: signal for signal in (*TREND_SIGNALS, *STRETCH_SIGNALS, *MAP_SIGNALS, *RISK_SIGNALS, *ECONOMY_SIGNALS)
}
