"""Risk rules: one a file; they read measures and say findings."""
