"""One answer for a script: from a running engine, else made in this process."""
