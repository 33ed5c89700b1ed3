"""Where market data comes from: one file a source, one registry line each, one contract test for all."""
