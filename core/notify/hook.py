"""The command hook: a program of the user's, given the message as JSON on stdin, without a shell."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import msgspec

from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.settings import HookSettings
from core.text import clean


async def run_hook(hook: HookSettings, message: Message) -> None:
    """Run the command to its end; raises `DeliveryError`. It and what it started are killed after the time limit.

    What it prints goes nowhere: an engine has no terminal, and a filling pipe would stop it.
    """
    name, nowhere = clean(Path(hook.command[0]).name, 60), asyncio.subprocess.DEVNULL
    command = [os.path.expanduser(hook.command[0]), *hook.command[1:]]  # noqa: PTH111 - Path() would change a command's form
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=nowhere, stderr=nowhere, cwd="/", start_new_session=True
        )
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise DeliveryError(f"{clean(hook.command[0], 120)} cannot be run: {clean(told, 80)}") from error
    try:
        async with asyncio.timeout(hook.seconds):
            await process.communicate(msgspec.json.encode(message) + b"\n")
    except TimeoutError:
        raise DeliveryError(f"{name} did not end within {hook.seconds:g} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        raise DeliveryError(f"{name} ended with {_name_code(process.returncode)}")


def _name_code(code: int) -> str:
    """An exit code, or the signal that ended it."""
    if code >= 0:
        return str(code)
    try:
        return signal.Signals(-code).name
    except ValueError:
        return str(code)
