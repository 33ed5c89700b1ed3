"""What does not work is on the screen: silence is not calm."""

from datetime import timedelta

import pytest
from msgspec import structs
from scene import NOW, build_scene, build_settings, build_view
from stage import Stage, seen

from core.outbox import ChannelState, Outbox
from core.rules.status import RuleStatus
from widgets.outbox_words import is_failing, list_troubles, say_channel
from widgets.risk import RiskPane

LOST = ChannelState(
    name="email",
    last_failure=NOW,
    reason="refused by the server",
    waiting=2,
    tries=3,
    next_try=NOW + timedelta(hours=1),
)
FAILS = RuleStatus(name="pullback", source="A3", text="", state="failing", reason="IWM/SPY: ValueError: bad")
WATCHES = RuleStatus(name="streak", source="A5", text="", state="watching")
SILENT = RuleStatus(name="credit", source="R3", text="", state="no data", reason="needs spreads")


def snapshot_of(rules=(), channels=(), trouble="", *, findings=True):
    scene = build_scene()
    scene = scene if findings else structs.replace(scene, findings=())
    return structs.replace(scene, rules=rules, outbox=Outbox(trouble=trouble, channels=channels))


async def drawn(snapshot, size=(110, 24)):
    pane = RiskPane(build_settings())
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(build_view(snapshot))
        await pilot.pause()
        return "\n".join(seen(pane))


async def test_failed_notifications_and_rules_stand_under_the_findings():
    text = await drawn(snapshot_of((FAILS, WATCHES), (LOST,), "the journal cannot be kept: disk is full"))
    assert "the rule pullback fails: IWM/SPY: ValueError: bad" in text
    assert "the journal cannot be kept: disk is full" in text
    assert "not sent by email: refused by the server (3 tries, 2 findings wait, next try 21:32 UTC)" in text
    assert "3 fail" in text


async def test_without_findings_it_says_how_many_rules_really_watch():
    assert "nothing to warn of  (1 rule watches, 1 have no data)" in await drawn(
        snapshot_of((WATCHES, SILENT), findings=False)
    )
    text = await drawn(snapshot_of((FAILS, WATCHES, WATCHES), findings=False))
    assert "(2 rules watch)" in text
    assert "the rule pullback fails" in text


@pytest.mark.parametrize(
    ("changes", "fails"),
    [
        ({}, True),
        ({"last_success": NOW + timedelta(minutes=1)}, False),
        ({"last_success": NOW - timedelta(minutes=1)}, True),
        ({"last_failure": None}, False),
    ],
)
def test_a_channel_fails_until_something_gets_through(changes, fails):
    channel = structs.replace(LOST, **changes)
    assert is_failing(channel) is fails
    assert bool(list(list_troubles(snapshot_of(channels=(channel,))))) is fails


def test_a_channel_in_words():
    assert say_channel(ChannelState(name="hook", last_failure=NOW)) == "hook: failed"
    assert say_channel(structs.replace(LOST, waiting=1, tries=1, next_try=None)) == (
        "email: refused by the server (1 try, 1 finding waits)"
    )
