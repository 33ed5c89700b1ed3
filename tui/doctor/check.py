"""One line of the doctor's page."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """`FAIL` means that smid cannot run here at all."""

    OK = "ok"
    NOTE = "-"
    WARN = "warn"
    FAIL = "FAIL"


class Check(NamedTuple):
    """What was looked at, how it is, and what to do about it."""

    verdict: Verdict
    name: str
    text: str


def ok(name: str, text: str) -> Check:
    return Check(Verdict.OK, name, text)


def note(name: str, text: str) -> Check:
    return Check(Verdict.NOTE, name, text)


def warn(name: str, text: str) -> Check:
    return Check(Verdict.WARN, name, text)


def fail(name: str, text: str) -> Check:
    return Check(Verdict.FAIL, name, text)
