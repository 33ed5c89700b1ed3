"""Economic series: what they are, when each observation was published, and what was known on a day."""
