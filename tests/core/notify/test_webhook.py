"""The webhook against a real server, sent by the real child process."""

import pytest
from msgspec import structs
from notices import HOSTILE, message, news, shipped
from servers import Hooks, serving_http

from core.notify.child import Job
from core.notify.deliver import deliver_by, run_child, to_secret
from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.rules.level import Level
from core.settings import Settings


@pytest.fixture
def hooks():
    with serving_http() as made:
        yield made


def settings_for(hooks: Hooks, **more: object) -> Settings:
    settings = shipped()
    webhook = structs.replace(settings.webhook, url=f"http://127.0.0.1:{hooks.port}/topic", seconds=20.0, **more)
    return structs.replace(settings, webhook=webhook)


async def send(hooks: Hooks, sent: Message, **more: object) -> None:
    await deliver_by(settings_for(hooks, **more))("webhook", sent)


async def test_a_post_as_ntfy_takes_it(hooks):
    sent = message(news(level=Level.CRITICAL, text="é: 7 % under"))
    await send(hooks, sent, token="tk_123")
    ((what, headers, body),) = hooks.seen
    assert what == "POST /topic"
    assert (headers["Title"], headers["Priority"]) == (sent.title, "5")
    assert headers["Authorization"] == "Bearer tk_123"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body.decode() == sent.text


async def test_without_a_token_there_is_no_header_and_hostile_text_stays_in_its_place(hooks):
    await send(hooks, message(news(text=HOSTILE)))
    ((_, headers, body),) = hooks.seen
    assert "Authorization" not in headers
    assert "Bcc" not in headers
    assert b"\x1b" not in body


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (500, "the server says 500 Internal Server Error"),
        (403, "the server says 403 Forbidden"),
        (302, r"the server redirects \(302\): name the address itself in \[webhook\] url"),
        (307, "redirects"),
    ],
)
async def test_what_is_not_taken_is_told_and_no_redirect_is_followed(hooks, status, reason):
    hooks.status = status
    hooks.location = f"http://127.0.0.1:{hooks.port}/elsewhere" if status < 400 else ""
    with pytest.raises(DeliveryError, match=reason):
        await send(hooks, message(), token="tk_123")
    assert len(hooks.seen) == 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
async def test_no_other_scheme_is_followed(hooks, location):
    hooks.status, hooks.location = 302, location
    with pytest.raises(DeliveryError, match="redirects"):
        await send(hooks, message())


async def test_nobody_there(hooks):
    settings = settings_for(hooks)
    gone = structs.replace(settings, webhook=structs.replace(settings.webhook, url="http://127.0.0.1:1/x"))
    with pytest.raises(DeliveryError, match="refused"):
        await deliver_by(gone)("webhook", message())


async def test_a_server_that_says_nothing_is_not_waited_for(hooks):
    hooks.hangs = True
    webhook = structs.replace(settings_for(hooks).webhook, seconds=1.0)
    with pytest.raises(DeliveryError, match="timed out"):
        await run_child(Job(webhook=webhook, message=message()), 30.0)


async def test_a_child_that_does_not_end_is_ended(hooks):
    hooks.hangs = True
    with pytest.raises(DeliveryError, match="did not answer in time"):
        await run_child(Job(webhook=settings_for(hooks).webhook, message=message()), 2.0)


async def test_a_secret_from_the_environment(hooks, monkeypatch):
    monkeypatch.setenv("SMID_TOKEN", "tk_env")
    await send(hooks, message(), token="env:SMID_TOKEN")
    assert hooks.seen[0][1]["Authorization"] == "Bearer tk_env"
    with pytest.raises(DeliveryError, match="variable SMID_NONE is not set where the engine was started"):
        await send(hooks, message(), token="env:SMID_NONE")
    assert to_secret("as it is", {}) == "as it is"
