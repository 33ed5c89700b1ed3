"""The journal of findings: what changed, when, and what was done about it."""
