"""How a message leaves the engine: by a program of the user's, or by a child process that speaks to a server."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from core.engine.spawn import to_environment
from core.notify.child import Job
from core.notify.errors import DeliveryError
from core.notify.hook import run_hook
from core.notify.message import Message
from core.settings import Settings
from core.text import clean

START_SECONDS = 10.0
"""On top of a channel's own limit: a busy machine starts a process late."""
FROM_ENVIRONMENT = "env:"

Deliver = Callable[[str, Message], Awaitable[None]]
"""Sends a message on the channel of that name; raises `DeliveryError`."""


def deliver_by(settings: Settings) -> Deliver:
    """The real channels of `settings`."""

    async def deliver(channel: str, message: Message) -> None:
        if channel == "hook":
            await run_hook(settings.hook, message)
        elif channel == "webhook":
            secret = to_secret(settings.webhook.token)
            job = Job(webhook=settings.webhook, secret=secret, message=message)
            await run_child(job, settings.webhook.seconds + START_SECONDS)
        else:
            job = Job(email=settings.email, secret=to_secret(settings.email.password), message=message)
            await run_child(job, settings.email.seconds + START_SECONDS)

    return deliver


async def run_child(job: Job, seconds: float) -> None:
    """Let a child do `job`, for so long at most; raises `DeliveryError`. Cancelled, it ends the child."""
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "core.notify.child",
            stdin=pipe, stdout=pipe, stderr=nowhere, cwd="/", env=to_environment(),
        )  # fmt: skip
    except OSError as error:
        raise DeliveryError(f"no process can be started: {clean(error.strerror or error, 80)}") from error
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate(msgspec.msgpack.encode(job))
    except TimeoutError:
        raise DeliveryError("the server did not answer in time") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise DeliveryError(clean(said.decode("utf-8", "replace")) or "the process that sends ended without a word")


def to_secret(setting: str, environ: Mapping[str, str] = os.environ) -> str:
    """A password as it is, or from the environment variable it names; raises `DeliveryError` where there is none."""
    if not setting.startswith(FROM_ENVIRONMENT):
        return setting
    name = setting.removeprefix(FROM_ENVIRONMENT)
    if name not in environ:
        raise DeliveryError(f"the environment variable {clean(name, 40)} is not set where the engine was started")
    return environ[name]
