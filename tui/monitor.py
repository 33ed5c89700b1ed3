"""From the command line to a running screen, and back to the shell."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.clock import SystemClock
from core.engine.last_known import load_last_known
from core.engine.link import LinkState
from core.engine.spec import EngineSpec
from core.errors import UsageError
from core.log import close_log, open_log
from core.paths import prepare
from core.settings import Settings
from core.sources.directory import check_content
from tui.manners.ending import Ending
from tui.manners.terminal import check_terminal

# Sizes told in the stream, and with them mouse motion by the pixel: bytes for nothing, where nothing scrolls.
os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")


def run_monitor(spec: EngineSpec, settings: Settings) -> int:
    """Show the monitor until the person leaves; the exit code. Raises `SmidError` where it cannot start."""
    check_terminal(os.environ, is_ascii=settings.panes.ascii)
    gc.disable()  # until the first frame is out: about 7 % of the time to it
    check_content(spec.source)
    prepare(spec.paths)
    known = load_last_known(spec)
    # Only now: a refusal need not wait for the screen's libraries.
    from core.engine.client import EngineClient
    from tui.app import MonitorApp

    ending = Ending()
    clock = SystemClock()
    app = MonitorApp(
        settings,
        clock,
        lambda desk: EngineClient(spec, settings, clock, desk),
        last_known=known,
        ending=ending,
    )
    with _log_to(spec.paths.log):
        try:
            app.run(mouse=settings.panes.mouse)
        finally:
            ending.stop()
    if app.view.link.state is LinkState.REFUSED:
        raise UsageError(app.view.link.text)
    return app.return_code or 0


@contextmanager
def _log_to(path: Path) -> Iterator[None]:
    """Log into `path` meanwhile; a full disk must not keep the screen from coming up."""
    try:
        handler = open_log(path)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        close_log(handler)
