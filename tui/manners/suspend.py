"""Ctrl-Z as a shell's job control means it."""

import os
import signal


def has_shell() -> bool:
    """Whether a shell in this session could bring us back: not so for `ssh -t host smid`, or in a window of its own."""
    try:
        return os.getsid(os.getppid()) == os.getsid(0)
    except OSError:
        return False


def suspend_group() -> bool:
    """Stop the whole process group (`make demo` has make in it too), as the terminal itself would; False: no shell.

    Textual's own handler of SIGTSTP gives the terminal back before this process stops, and takes it again on SIGCONT.
    """
    if not has_shell():
        return False
    os.killpg(os.getpgrp(), signal.SIGTSTP)
    return True
