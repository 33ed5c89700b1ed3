"""The election by lock, between real processes."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

from core.engine.lock import EngineLock, find_holder

HOLDER = """
import sys
from pathlib import Path
from core.engine.lock import EngineLock
print(EngineLock(Path(sys.argv[1])).acquire(), flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    first, second = EngineLock(path), EngineLock(path)
    assert find_holder(path) is None
    assert first.acquire()
    assert not second.acquire()
    assert find_holder(path) == os.getpid()
    first.release()
    assert find_holder(path) is None
    assert second.acquire()
    second.release()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_kernel_lets_go_when_a_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        mine = EngineLock(path)
        assert not mine.insist(seconds=0.05)
        assert find_holder(path) == process.pid
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert find_holder(path) is None
        assert mine.insist()
        mine.release()
