"""The command line: reads it, calls one command, turns every failure into a sentence and an exit code.

Exit codes: 0 fine, 2 usage or configuration, 3 a finding at or above --fail-on, 4 no usable data;
130 after Ctrl-C and 141 after a closed pipe, as shells know them.
"""

import importlib
import os
import signal
import sys
from collections.abc import Sequence

from core.errors import SmidError
from core.text import clean
from tui.arguments import parse

INTERRUPTED = 128 + signal.SIGINT
BROKEN_PIPE = 128 + signal.SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `smid` with `arguments` (those of the process when None) and return its exit code."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        # Only the command that is called is imported: the monitor starts without what `once` needs.
        code: int = importlib.import_module(f"tui.commands.{options.command}").run(options)
        sys.stdout.flush()
    except SmidError as error:
        print(f"smid: {clean(error, 2_000)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`head`, `less`) has gone. What is still buffered must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


if __name__ == "__main__":
    sys.exit(main())
