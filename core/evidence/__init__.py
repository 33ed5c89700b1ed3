"""The track record of every signal: what small did against large after it, and how far that may be chance [§10]."""
