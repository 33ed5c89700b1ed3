"""What `smid` runs first. While the rest is loaded, an interrupt just ends the process, as it ends any other."""

import signal


def main() -> int:
    """Run the command line; returns its exit code."""
    heeded = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN  # `nohup` and `&` have it ignored
    if heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from tui.cli import main as run

    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return run()
    finally:
        if heeded:  # what is still being put away needs no traceback either
            signal.signal(signal.SIGINT, signal.SIG_DFL)
