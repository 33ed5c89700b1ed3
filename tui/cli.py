"""The command line: reads it, calls one command, turns every failure into a sentence and an exit code.

Exit codes: 0 fine, 1 the answer cannot be written, 2 usage or configuration, 3 a finding at or above --fail-on,
4 no usable data; 130 after Ctrl-C and 141 after a closed pipe, as shells know them.
"""

import importlib
import signal
import sys
from collections.abc import Sequence

from core.errors import SmidError
from core.paths import keep_private
from tui.arguments import parse
from tui.commands.output import tell

INTERRUPTED = 128 + signal.SIGINT
BROKEN_PIPE = 128 + signal.SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `smid` with `arguments` (those of the process when None) and return its exit code."""
    keep_private()
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        # Only the command that is called is imported: the monitor starts without what `once` needs.
        code: int = importlib.import_module(f"tui.commands.{options.command}").run(options)
    except SmidError as error:
        tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader (`head`, `less`) has gone
        return BROKEN_PIPE
    return code


if __name__ == "__main__":
    sys.exit(main())
