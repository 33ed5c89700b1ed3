"""What people claim, checked against the data: the claims' file, what each comes to when it is recomputed, verdicts."""
