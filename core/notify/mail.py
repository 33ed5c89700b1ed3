"""E-mail by SMTP: one plain text for all recipients. Runs in a child process."""

import contextlib
import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime

from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.settings import EmailSettings
from core.text import clean


def send_mail(email: EmailSettings, password: str, message: Message) -> None:
    """Send `message`; raises `DeliveryError`. With "starttls" nothing is said before the line is encrypted."""
    try:
        with _leaving(_connect(email)) as server:
            if email.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if email.user:
                server.login(email.user, password)
            refused = server.send_message(to_mail(email, message))
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"the server says {error.smtp_code} {_decode(error.smtp_error)}".strip()) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise DeliveryError(f"the server takes no recipient: {code} {_decode(said)}") from None
    except (OSError, ValueError) as error:  # SMTPException is an OSError
        raise DeliveryError(clean(error, 120) or type(error).__name__) from None
    if refused:
        raise DeliveryError(f"the server refused {len(refused)} of {len(email.to)} recipients")


def to_mail(email: EmailSettings, message: Message) -> EmailMessage:
    """The mail itself; the same message always has the same id, so that a second copy can be told."""
    mail = EmailMessage()
    mail["Subject"] = message.title
    mail["From"] = email.sender
    mail["To"] = ", ".join(email.to)
    mail["Date"] = format_datetime(message.time)
    digest = hashlib.sha256(f"{message.time}{message.title}{message.text}".encode("utf-8", "replace")).hexdigest()
    mail["Message-ID"] = f"<smid.{digest[:24]}@{email.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text + "\n")
    return mail


def _connect(email: EmailSettings) -> smtplib.SMTP:
    # Without a name of its own smtplib would ask the resolver for this machine's, and tell it.
    if email.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(email.host, email.port, "localhost", timeout=email.seconds, context=context)
    return smtplib.SMTP(email.host, email.port, "localhost", timeout=email.seconds)


@contextlib.contextmanager
def _leaving(server: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    """Say goodbye at the end; what the server says to that no longer matters: the mail is taken, or it is not."""
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            server.quit()
        server.close()


def _decode(said: object) -> str:
    return clean(said.decode("utf-8", "replace") if isinstance(said, bytes) else said, 120)
