"""Imported by every Python that has this directory on PYTHONPATH: sends its yfinance to the loopback server."""

from tests.loopback.redirect import install

install()
