"""What does not work behind the findings, in words: channels, the journal, rules that fail. No Textual here."""

from collections.abc import Iterator

from core.outbox import ChannelState, Outbox
from core.rules.words import say_count
from core.snapshot import Snapshot


def is_failing(channel: ChannelState) -> bool:
    """Whether the last that it tried did not get through."""
    failed, sent = channel.last_failure, channel.last_success
    return failed is not None and (sent is None or failed > sent)


def say_channel(channel: ChannelState) -> str:
    """`email: refused (3 tries, 2 findings wait, next try 21:40 UTC)`."""
    waits = f"{say_count(channel.waiting, 'finding')} wait{'s' if channel.waiting == 1 else ''}"
    parts = [
        say_count(channel.tries, "try").replace("trys", "tries") if channel.tries else "",
        waits if channel.waiting else "",
        f"next try {channel.next_try:%H:%M} UTC" if channel.next_try else "",
    ]
    more = ", ".join(part for part in parts if part)
    return f"{channel.name}: {channel.reason or 'failed'}{f' ({more})' if more else ''}"


def list_outbox(outbox: Outbox) -> Iterator[str]:
    """What of journal and channels does not work, a sentence each."""
    if outbox.trouble:
        yield outbox.trouble
    yield from (f"not sent by {say_channel(channel)}" for channel in outbox.channels if is_failing(channel))


def list_troubles(snapshot: Snapshot) -> Iterator[str]:
    """All of it: rules that fail first, since they find nothing while they do."""
    for rule in snapshot.rules:
        if rule.state == "failing":
            yield f"the rule {rule.name} fails: {rule.reason}"
    yield from list_outbox(snapshot.outbox)
