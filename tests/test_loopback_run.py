"""Invented prices stay in a directory of their own, by whatever name smid is started."""

import sys
from pathlib import Path

import pytest

from tests.loopback.run import to_command

DATA = Path("/data")


@pytest.mark.parametrize(
    "words", [("smid", "once"), ("smid",), ("python", "-m", "tui.cli"), ("python", "-P", "-m", "tui.cli", "once")]
)
def test_smid_gets_the_directory(words):
    command = to_command([sys.executable, *words[1:]] if words[0] == "python" else words, DATA)
    assert command is not None
    assert command[1:] == [*words[1:], "--data-dir", "/data"]


@pytest.mark.parametrize(
    "words", [("-m", "tui.cli", "--data-dir", "/mine"), ("-m", "tui.cli", "--data-dir=/mine"), ("-m", "this")]
)
def test_one_that_is_named_and_another_program_stay_as_they_are(words):
    assert to_command([sys.executable, *words], DATA) == [sys.executable, *words]
