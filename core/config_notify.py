"""Do the settings of notifications make sense? A channel that is on must be able to send."""

import re
from collections.abc import Iterator
from typing import Any

from core.config_check import Origin, complaint
from core.notify.quiet import is_span

_ADDRESS = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")
_BAD_IN_ADDRESS = frozenset('<>,;:"()[]\\')
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_VARIABLE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_NEEDED = {"hook": ("command",), "webhook": ("url",), "email": ("host", "sender", "to")}

Wrong = Iterator[tuple[str, str, object, str]]
"""Table, key, value and what is allowed."""


def check_notify(tables: dict[str, Any], origin: Origin) -> None:
    """Raise `ConfigError` for the first of these settings that cannot be meant."""
    for check in (_check_command, _check_webhook, _check_email, _check_quiet, _check_channels):
        for table, key, value, allowed in check(tables):
            raise complaint(origin.file(table, key), table, key, value, allowed)


def _check_command(tables: dict[str, Any]) -> Wrong:
    command = tables["hook"]["command"]
    if command and not command[0].startswith(("/", "~/")):
        yield "hook", "command", command[0], 'expected a program, from / or ~ on, such as "~/bin/on-warning"'
    if any("\0" in part for part in command):
        yield "hook", "command", command, "expected arguments without a zero byte"


def _check_webhook(tables: dict[str, Any]) -> Wrong:
    webhook = tables["webhook"]
    url, token = webhook["url"], webhook["token"]
    if not url:
        return
    from urllib.parse import urlsplit  # milliseconds that few need

    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address or not all("!" <= character <= "~" for character in url):
        yield "webhook", "url", url, 'expected an address such as "https://ntfy.sh/a-topic-of-yours"'
    elif parts.username or parts.password:
        yield "webhook", "url", "...", "expected no name or password in the address; there is token"
    elif token and parts.scheme == "http" and not _is_here(parts.hostname or ""):
        yield "webhook", "url", url, "expected https: the token would be sent for all to read"
    yield from _check_secret("webhook", "token", token)


def _check_email(tables: dict[str, Any]) -> Wrong:
    email = tables["email"]
    if email["host"] and not _HOST.fullmatch(email["host"]):
        yield "email", "host", email["host"], 'expected the name of a server, such as "smtp.example.com"'
    for key in ("sender", "to"):
        for address in [email[key]] if key == "sender" else email[key]:
            if address and (not _ADDRESS.fullmatch(address) or _BAD_IN_ADDRESS & set(address)):
                yield "email", key, address, 'expected a plain address, such as "me@example.com"'
    if email["user"] and email["security"] == "none" and not _is_here(email["host"]):
        yield "email", "security", "none", 'expected "starttls" or "tls": the password would be sent for all to read'
    if not all("!" <= character <= "~" for character in email["user"]):
        yield "email", "user", email["user"], "expected printable ASCII letters"
    yield from _check_secret("email", "password", email["password"])


def _check_secret(table: str, key: str, secret: str) -> Wrong:
    if secret.startswith("env:") and not _VARIABLE.fullmatch(secret):
        yield table, key, secret, 'expected the name of an environment variable after env:, such as "env:SMID_PASSWORD"'
    elif not all(" " <= character <= "~" for character in secret):
        yield table, key, secret, "expected printable ASCII letters"


def _check_quiet(tables: dict[str, Any]) -> Wrong:
    for span in tables["notify"]["quiet"]:
        if not is_span(span):
            yield "notify", "quiet", span, 'expected "pre", "open", "post", "closed" or a span such as "22:00-07:00"'


def _check_channels(tables: dict[str, Any]) -> Wrong:
    for channel in tables["notify"]["channels"]:
        absent = next((key for key in _NEEDED[channel] if not tables[channel][key]), None)
        if absent:
            yield "notify", "channels", channel, f"expected [{channel}] {absent} to be set for it"


def _is_here(host: str) -> bool:
    """Whether `host` is this machine."""
    if host == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
