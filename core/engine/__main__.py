"""`python -m core.engine`: the process that a viewer starts. How the start went is told once, on stderr."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from core.config import load_settings
from core.engine.spawn import SIGN, Start
from core.engine.spec import EngineSpec
from core.errors import EngineBusyError, EngineError, SmidError
from core.paths import keep_private
from core.text import clean


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one engine; the exit code."""
    keep_private()
    options = _parse(arguments)
    if options.detach and os.fork():
        os._exit(0)  # the viewer reaps this one; the engine belongs to nobody
    spec = EngineSpec(
        source=options.source,
        data_dir=options.data_dir,
        config_file=options.config,
        date=options.date,
        speed=options.speed,
        stay=options.stay,
    )
    try:
        _run(spec, detached=options.detach)
    except EngineBusyError as busy:
        _tell(Start.BUSY, str(busy))
        return busy.exit_code
    except SmidError as error:
        _tell(Start.FAILED if isinstance(error, EngineError) else Start.REFUSED, clean(error, 600))
        return error.exit_code
    return 0


def _run(spec: EngineSpec, *, detached: bool) -> None:
    # Imported here: a mistake in the settings is told before anything heavy is loaded.
    settings = load_settings(Path(spec.config_file) if spec.config_file else None, source=spec.source)
    from core.engine.service import run

    def ready() -> None:
        _tell(Start.READY)
        if detached:
            _fall_silent()

    run(spec, settings, on_ready=ready)


def _tell(start: Start, reason: str = "") -> None:
    stream = sys.__stderr__
    if stream is not None and not stream.closed:
        stream.write(f"{SIGN} {start} {reason}\n")
        stream.flush()


def _fall_silent() -> None:
    """Give up the viewer's pipe: what C libraries may write from here on goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nowhere, handle)
    os.close(nowhere)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m core.engine", description=__doc__)
    parser.add_argument("--source", required=True)
    parser.add_argument("--data-dir")
    parser.add_argument("--config")
    parser.add_argument("--date")
    parser.add_argument("--speed", type=float)
    parser.add_argument("--stay", action="store_true", help="never end because nobody watches")
    parser.add_argument("--detach", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
