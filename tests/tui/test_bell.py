"""What a terminal is sent to ring: one bell, one notification, and nothing of the title that could be a sequence."""

import pytest

from tui.manners.bell import ring


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color"}, "\a\x1b]9;WARN IWM/SPY\x1b\\"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\a\x1b]777;notify;smid;WARN IWM/SPY\x1b\\"),
        ({"TERM": "rxvt-unicode"}, "\a\x1b]777;notify;smid;WARN IWM/SPY\x1b\\"),
        ({}, "\a\x1b]9;WARN IWM/SPY\x1b\\"),
    ],
)
def test_what_is_sent(environment, expected):
    sent = []
    ring(sent.append, "WARN IWM/SPY", environment)
    assert sent == [expected]


def test_a_title_cannot_end_the_sequence():
    sent = []
    ring(sent.append, "a\x1b\\b\x07c;d\u202ee" + "x" * 500, {})
    body = sent[0].removeprefix("\a\x1b]9;").removesuffix("\x1b\\")
    assert body.isascii()
    assert not any(ord(char) < 32 for char in body)
    assert ";" not in body
    assert len(body) <= 121
