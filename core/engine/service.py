"""One engine from its start to its end: lock, socket, log, signals."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Iterator

from core.clock import SystemClock
from core.engine.engine import Engine
from core.engine.lock import EngineLock, find_holder
from core.engine.opening import to_date
from core.engine.server import bind
from core.engine.spec import EngineSpec
from core.errors import EngineBusyError, EngineError, SmidError
from core.log import LogStream, close_log, open_log
from core.paths import prepare, sweep
from core.settings import Settings
from core.sources.directory import check_content
from core.text import clean

_log = logging.getLogger("smid.engine")


def run(
    spec: EngineSpec,
    settings: Settings,
    *,
    on_ready: Callable[[], None] = lambda: None,
    on_open: Callable[[], None] = lambda: None,
) -> None:
    """Be the engine until told to end. Raises `SmidError` where it cannot begin or has no market to serve.

    `on_ready` is called once viewers can connect, `on_open` once the source is open. Nothing is written to stdout or
    stderr meanwhile.
    """
    check_content(spec.source)
    to_date(spec.date)
    paths = spec.paths
    prepare(paths)
    lock = EngineLock(paths.lock)
    try:
        if not lock.insist():
            raise EngineBusyError(f"An engine is running here already (process {find_holder(paths.lock)}).")
        sweep(paths.last_known)
        with _logging_to(spec):
            asyncio.run(_serve(spec, settings, on_ready, on_open))
    except OSError as error:
        told = clean(error.strerror or error)
        raise EngineError(f"Cannot run the engine in {clean(paths.data)}: {told}.") from error
    finally:
        lock.release()


async def _serve(
    spec: EngineSpec, settings: Settings, on_ready: Callable[[], None], on_open: Callable[[], None]
) -> None:
    engine = Engine(spec, settings, SystemClock(), on_open=on_open)
    listener = bind(spec.paths.socket)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup asks to be left alone
            loop.add_signal_handler(number, engine.stop, f"it was told to end ({signal.Signals(number).name})")
    _log.info("serving %s", clean(spec.source))
    on_ready()
    await engine.run(listener)


@contextlib.contextmanager
def _logging_to(spec: EngineSpec) -> Iterator[None]:
    """What is logged, and what libraries print, goes to the log alone."""
    handler = open_log(spec.paths.log, rotates=True)
    printed = logging.getLogger("smid.printed")
    try:
        with (
            contextlib.redirect_stdout(LogStream(printed, logging.INFO)),
            contextlib.redirect_stderr(LogStream(printed, logging.WARNING)),
        ):
            yield
    except SmidError:
        raise  # told by the engine at its end
    except Exception:
        _log.exception("the engine ends by a mistake of its own")
        raise
    finally:
        sys.stdout.flush()
        close_log(handler)
