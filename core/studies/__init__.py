"""Studies: pure functions from one subject's line of closes to its measures; no file, no network, no clock."""
