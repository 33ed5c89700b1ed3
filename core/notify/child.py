"""`python -m core.notify.child`: sends one message by webhook or e-mail, in a process that can be ended at any moment.

A name that does not resolve or a server that trickles would hold a thread for as long as it likes.
"""

import sys

import msgspec
from msgspec import Struct

from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.paths import keep_private
from core.settings import EmailSettings, WebhookSettings
from core.text import clean

HIDDEN = "***"


class Job(Struct, frozen=True, kw_only=True):
    """One of `webhook` and `email`, what it needs to be let in, and the message."""

    webhook: WebhookSettings | None = None
    email: EmailSettings | None = None
    secret: str = ""
    message: Message


def main() -> int:
    """Do the job on stdin; the reason of a failure goes to stdout as clean text."""
    keep_private()
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    try:
        send(job)
    except DeliveryError as error:
        reason = str(error).replace(job.secret, HIDDEN) if job.secret else str(error)
        sys.stdout.buffer.write(clean(reason).encode("utf-8", "replace"))
        return 1
    return 0


def send(job: Job) -> None:
    """Send by whatever the job names; raises `DeliveryError`."""
    if job.webhook is not None:
        from core.notify.webhook import send_webhook

        send_webhook(job.webhook, job.secret, job.message)
    if job.email is not None:
        from core.notify.mail import send_mail

        send_mail(job.email, job.secret, job.message)


if __name__ == "__main__":
    sys.exit(main())
