"""E-mail against a real SMTP server, sent by the real child process."""

import email
import shutil
import ssl
import subprocess
from email.message import Message as Mail
from pathlib import Path

import pytest
from msgspec import structs
from notices import HOSTILE, message, news, shipped
from servers import Post, serving_smtp

from core.notify.deliver import deliver_by
from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.settings import Settings


def settings_for(post: Post, **more: object) -> Settings:
    settings = shipped()
    made = {"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "smid@example.com"}
    made |= {"to": ("me@example.com",), "seconds": 20.0} | more
    return structs.replace(settings, email=structs.replace(settings.email, **made))


async def send(post: Post, sent: Message, **more: object) -> None:
    await deliver_by(settings_for(post, **more))("email", sent)


def read(post: Post) -> Mail:
    (content,) = post.mails
    return email.message_from_bytes(content)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that is its own authority: the context that serves it, and its file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder: Path = tmp_path_factory.mktemp("tls")
    key, file = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", file, "-days", "2",
         "-subj", "/CN=smid test", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file


async def test_a_plain_mail():
    sent = message(news(), news("IJR/SPY", text="é 4 %"))
    with serving_smtp(Post()) as post:
        await send(post, sent, to=("me@example.com", "you@example.com"))
    assert post.said[-1].upper() == "CLEAR QUIT", "which it answers wrongly: the mail was taken all the same"
    mail = read(post)
    assert mail["Subject"] == "smid 2 warnings, the worst WARN"
    assert (mail["From"], mail["To"]) == ("smid@example.com", "me@example.com, you@example.com")
    assert mail["Date"] == "Thu, 26 Feb 2026 21:20:00 +0000"
    assert mail["Message-ID"].endswith("@example.com>")
    assert mail.get_payload(decode=True).decode().splitlines() == sent.text.splitlines()
    assert "clear ehlo localhost" in post.said, "the name of this machine is nobody's business"


async def test_hostile_text_adds_no_header():
    with serving_smtp(Post()) as post:
        await send(post, message(news(HOSTILE, text=HOSTILE, rule=HOSTILE), label=HOSTILE))
    assert read(post)["Bcc"] is None
    assert [line for line in post.said if "RCPT" in line.upper()] == ["clear rcpt TO:<me@example.com>"]


async def test_a_login_over_starttls(certificate, monkeypatch):
    context, file = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("SMID_PASSWORD", "hunter2")
    with serving_smtp(Post("ann", "hunter2", tls=context)) as post:
        await send(post, message(), security="starttls", user="ann", password="env:SMID_PASSWORD")
    assert len(post.mails) == 1
    assert [line.split()[1].upper() for line in post.said if line.startswith("clear")] == ["EHLO", "STARTTLS"]


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    post, refused = Post("ann", "hunter2", tls=certificate[0]), "certificate verify failed"
    with serving_smtp(post), pytest.raises(DeliveryError, match=refused):
        await send(post, message(), security="starttls", user="ann", password="hunter2")
    assert not [line for line in post.said if "AUTH" in line.upper() or "MAIL" in line.upper()]


async def test_a_server_without_starttls_gets_neither_password_nor_mail():
    post, refused = Post("ann", "hunter2"), "STARTTLS extension not supported"
    with serving_smtp(post), pytest.raises(DeliveryError, match=refused):
        await send(post, message(), security="starttls", user="ann", password="hunter2")
    assert not [line for line in post.said if "AUTH" in line.upper() or "MAIL" in line.upper()]


async def test_a_wrong_password_is_told_without_it():
    """This server repeats what it was given, and paints the screen."""
    with serving_smtp(Post("ann", "right")) as post, pytest.raises(DeliveryError) as caught:
        await send(post, message(), user="ann", password="hunter2")
    assert str(caught.value) == "the server says 535 5.7.8 no: \N{REPLACEMENT CHARACTER}[2J***"


async def test_recipients_that_are_refused_are_told():
    with serving_smtp(Post(refuses="me@")) as post:
        with pytest.raises(DeliveryError, match="takes no recipient: 550 nobody of that name"):
            await send(post, message())
        with pytest.raises(DeliveryError, match="refused 1 of 2 recipients"):
            await send(post, message(), to=("me@example.com", "you@example.com"))


async def test_a_server_that_does_not_greet_is_not_waited_for():
    with serving_smtp(Post(greets=False)) as post, pytest.raises(DeliveryError, match="timed out"):
        await send(post, message(), seconds=1.0)


async def test_nobody_there():
    with pytest.raises(DeliveryError, match="refused"):
        await send(Post(port=1), message())
