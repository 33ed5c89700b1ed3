"""What the rest speaks about: symbols and pairs, bars, quotes, sessions of the exchange, the panel."""
