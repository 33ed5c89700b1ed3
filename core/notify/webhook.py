"""The webhook: one POST as ntfy takes it, the title in a header and the text as the body. Runs in a child process."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping

from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.rules.level import Level
from core.settings import WebhookSettings
from core.text import clean

_PRIORITY = {Level.INFO: "2", Level.WATCH: "3", Level.WARN: "4", Level.CRITICAL: "5"}
_TAG = {Level.WARN: "warning", Level.CRITICAL: "rotating_light"}
_READ = 65_536


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A message is for the address in the settings; urllib would make a GET of it, or follow with the token."""

    def redirect_request(self, *_: object) -> None:
        return None


def send_webhook(webhook: WebhookSettings, token: str, message: Message) -> None:
    """POST `message`; raises `DeliveryError` unless the server says 2xx."""
    request = urllib.request.Request(  # noqa: S310 - http or https: the settings were checked
        webhook.url, data=message.text.encode("utf-8", "replace"), headers=to_headers(token, message), method="POST"
    )
    try:
        with _opener().open(request, timeout=webhook.seconds) as answer:
            answer.read(_READ)
    except urllib.error.HTTPError as error:
        with error:
            raise DeliveryError(_say_status(error.code)) from None
    except urllib.error.URLError as error:
        raise DeliveryError(clean(error.reason, 120)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DeliveryError(clean(error, 120) or type(error).__name__) from None


def to_headers(token: str, message: Message) -> dict[str, str]:
    """Headers as ntfy knows them; other servers pass over them."""
    headers: Mapping[str, str] = {
        "Content-Type": "text/plain; charset=utf-8",
        "User-Agent": f"smid/{message.program}",
        "Title": message.title,
        "Priority": _PRIORITY.get(message.level, "3"),
        "Tags": _TAG.get(message.level, "chart_with_upwards_trend"),
    }
    return {**headers, "Authorization": f"Bearer {token}"} if token else dict(headers)


def _opener() -> urllib.request.OpenerDirector:
    """http, https and the environment's proxies; no other scheme, no redirects."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _NoRedirect(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _say_status(code: int) -> str:
    if code in (301, 302, 303, 307, 308):
        return f"the server redirects ({code}): name the address itself in [webhook] url"
    return f"the server says {code} {clean(http.client.responses.get(code, ''), 40)}".strip()
