"""The panes: they know a View and draw it, nothing else."""
