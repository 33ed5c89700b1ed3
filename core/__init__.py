"""The headless half of smid: sources, store, studies, rules, and the engine that runs them."""

__version__ = "0.1.0"
