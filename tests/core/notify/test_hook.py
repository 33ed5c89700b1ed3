"""The command hook with real scripts."""

import asyncio
import os
import stat
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from notices import HOSTILE, message, news, shipped

from core.notify.errors import DeliveryError
from core.notify.hook import run_hook
from core.settings import HookSettings


def script(folder: Path, body: str) -> Path:
    file = folder / "on warning.py"
    file.write_text(f"#!{sys.executable}\nimport json, os, sys, time\nfrom pathlib import Path\n{body}\n")
    file.chmod(0o700)
    return file


def hook(*command: object, seconds: float = 30.0) -> HookSettings:
    return structs.replace(shipped().hook, command=tuple(map(str, command)), seconds=seconds)


async def test_it_gets_the_message_on_stdin_and_its_arguments_as_they_are(tmp_path, capfd):
    file = script(
        tmp_path,
        "told = json.load(sys.stdin)\n"
        "Path(sys.argv[1]).write_text(json.dumps([sys.argv[2:], told, os.getcwd()]))\n"
        "print('noise'); print('noise', file=sys.stderr)",
    )
    sent = message(news(text=HOSTILE))
    await run_hook(hook(file, tmp_path / "out", "$HOME; `id` *"), sent)
    arguments, told, place = msgspec.json.decode((tmp_path / "out").read_bytes())
    assert arguments == ["$HOME; `id` *"], "no shell"
    assert told == msgspec.json.decode(msgspec.json.encode(sent))
    assert place == "/"
    assert capfd.readouterr() == ("", ""), "what it prints goes nowhere"


async def test_a_tilde_is_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    script(tmp_path, "Path(sys.argv[1]).touch()")
    await run_hook(hook("~/on warning.py", tmp_path / "ran"), message())
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [("sys.exit(3)", "ended with 3"), ("os.kill(os.getpid(), 9)", "ended with SIGKILL")],
)
async def test_its_failure_is_told(tmp_path, body, reason):
    with pytest.raises(DeliveryError, match=f"on warning.py {reason}"):
        await run_hook(hook(script(tmp_path, body)), message())


async def test_what_is_not_there_or_no_program_is_told(tmp_path):
    with pytest.raises(DeliveryError, match="cannot be run: No such file"):
        await run_hook(hook(tmp_path / "nothing"), message())
    file = script(tmp_path, "")
    file.chmod(stat.S_IRUSR)
    with pytest.raises(DeliveryError, match="cannot be run: Permission denied"):
        await run_hook(hook(file), message())


async def test_one_that_reads_nothing_is_no_failure(tmp_path):
    many = message(*(news(f"S{number}/SPY", text="x" * 190) for number in range(2_000)))  # more than a pipe holds
    await run_hook(hook(script(tmp_path, "")), many)


async def test_one_that_does_not_end_is_killed_with_its_children(tmp_path):
    """Both hold a pipe of ours: it ends when both are gone."""
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    file = script(
        tmp_path, "out = open(sys.argv[1], 'w')\nos.set_inheritable(out.fileno(), True)\nos.fork()\ntime.sleep(600)"
    )
    os.close(writing)
    os.close(reading)
    loop = asyncio.get_running_loop()
    watching = loop.run_in_executor(None, fifo.read_bytes)  # opens when they do, ends when the last of them does
    with pytest.raises(DeliveryError, match="did not end within 1 s"):
        await run_hook(hook(file, fifo, seconds=1.0), message())
    async with asyncio.timeout(20):
        assert await watching == b""
