"""How the loopback server answers one request: the protocol, and the ways to break it."""

import contextlib
import json
import socket
import struct
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.loopback.answers import build_chart, build_quote
from tests.loopback.modes import CRUMB, TRANSPORT, bend_chart, bend_quote
from tests.loopback.summary import build_summary

if TYPE_CHECKING:
    from tests.loopback.server import Loopback

UNKNOWN = "NOPE"  # a symbol that no mode makes known
_PAGE = b"<!DOCTYPE html><html lang='en'><body>Will be right back...</body></html>"
_FORM = (
    b"<!DOCTYPE html><html lang='en'><body><form method='post' action='/v2/collectConsent'>"
    b"<input type='hidden' name='csrfToken' value='abc'><input type='hidden' name='sessionId' value='1'>"
    b"</form></body></html>"
)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type, loopback: "Loopback") -> None:
        self.loopback = loopback
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: two would wait 40 ms for each other
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        query = dict(parse_qsl(path.query, keep_blank_values=True))
        host = (self.headers.get("Host") or "").partition(":")[0]
        if path.path == "/control":
            return self._control(query)
        if path.path == "/graph/fredgraph.csv":
            return self._fred(query)
        endpoint = _endpoint(host, path.path)
        self.server.loopback.counts[endpoint] += 1
        self.server.loopback.paths.append(f"{host}{self.path}")
        return getattr(self, f"_{endpoint}")(unquote(path.path), query)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.loopback.counts["consent"] += 1
        self._send(200, _PAGE, "text/html")

    def log_message(self, *args: object) -> None:
        """Say nothing: the tests look at stderr."""

    def _control(self, query: dict[str, str]) -> None:
        try:
            self._json(self.server.loopback.steer(query))
        except ValueError as error:
            self._send(400, f"{error}\n".encode(), "text/plain")

    def _cookie(self, _path: str, _query: dict[str, str]) -> None:
        cookie = "A3=d=loopback; Domain=.yahoo.com; Path=/; Max-Age=31536000; HttpOnly"
        self._send(404, b"", "text/html", {"Set-Cookie": cookie})

    def _crumb(self, _path: str, _query: dict[str, str]) -> None:
        mode = self.server.loopback.script.mode
        if mode == "429-crumb":
            return self._send(429, b"Too Many Requests", "text/plain")
        if mode == "page-crumb":
            return self._send(200, _PAGE, "text/html")
        if mode == "hang-crumb":
            self.close_connection = True
            return self.server.loopback.wait_hanging()
        return self._send(200, self.server.loopback.crumb.encode(), "text/plain")

    def _consent(self, _path: str, _query: dict[str, str]) -> None:
        self._send(200, _FORM, "text/html; charset=utf-8")

    def _other(self, _path: str, _query: dict[str, str]) -> None:
        self._send(404, b"", "text/plain")

    def _fred(self, query: dict[str, str]) -> None:
        fred = self.server.loopback.fred
        mode = fred.of(query.get("id", ""))
        if mode == "hang":
            self.close_connection = True
            fred.released.wait(fred.hang_seconds)
            return None
        status, body, headers = fred.answer(query, self.headers.get("If-None-Match") or "")
        if mode == "broken":
            self.close_connection = True
            return self._cut(body[: len(body) // 2], len(body))
        return self._send(status, body, "text/html" if mode == "html" else "application/csv", headers)

    def _quote(self, _path: str, query: dict[str, str]) -> None:
        loopback = self.server.loopback
        if query.get("crumb") != loopback.crumb or "A3=" not in (self.headers.get("Cookie") or ""):
            return self._finance_error(401, "Unauthorized", "Invalid Crumb")
        mode, now = loopback.script.of("quote"), loopback.clock.now()
        asked = [symbol for symbol in query.get("symbols", "").split(",") if symbol != UNKNOWN]
        if mode == "last-only":
            asked = asked[-1:]
        records = []
        for symbol in asked:
            bent = loopback.script.of("quote", symbol)
            if bent not in ("missing-symbol", "empty"):
                records.append(bend_quote(build_quote(symbol, now, bent), bent))
        return self._answer({"quoteResponse": {"result": None if mode == "empty" else records, "error": None}}, mode)

    def _chart(self, path: str, query: dict[str, str]) -> None:
        symbol = path.rpartition("/")[2]
        loopback = self.server.loopback
        mode = loopback.script.of("chart", symbol)
        if symbol == UNKNOWN or mode == "missing-symbol":
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return self._json({"chart": {"result": None, "error": error}}, 404)
        if mode == "empty":
            return self._json({"chart": {"result": None, "error": None}})
        result = bend_chart(build_chart(symbol, loopback.clock.now(), query, mode), mode)
        return self._answer({"chart": {"result": [result], "error": None}}, mode)

    def _summary(self, path: str, query: dict[str, str]) -> None:
        symbol, loopback = path.rpartition("/")[2], self.server.loopback
        if query.get("crumb") != loopback.crumb or "A3=" not in (self.headers.get("Cookie") or ""):
            return self._finance_error(401, "Unauthorized", "Invalid Crumb")
        mode = loopback.script.of("summary", symbol)
        if symbol == UNKNOWN or mode == "missing-symbol":
            error = {"code": "Not Found", "description": f"Quote not found for symbol: {symbol}"}
            return self._json({"quoteSummary": {"result": None, "error": error}}, 404)
        found = build_summary(symbol, loopback.clock.now(), query.get("modules", ""), mode)
        return self._answer({"quoteSummary": {"result": None if mode == "empty" else [found], "error": None}}, mode)

    def _answer(self, body: Any, mode: str) -> None:
        """Send a body, or what a transport mode makes of it."""
        if mode in TRANSPORT and mode not in CRUMB:
            return self._fail(mode, json.dumps(body).encode())
        return self._json(body)

    def _fail(self, mode: str, body: bytes) -> None:
        if mode.startswith("429"):
            later = format_datetime(self.server.loopback.clock.now() + timedelta(minutes=10), usegmt=True)
            wait = {"429-retry": {"Retry-After": "300"}, "429-date": {"Retry-After": later}}.get(mode, {})
            return self._send(429, b"Edge: Too Many Requests", "text/plain", wait)
        if mode == "401":
            return self._finance_error(401, "Unauthorized", "Invalid Crumb")
        if mode.isdigit():
            wait = {"Retry-After": "20"} if mode == "503" else {}
            return self._send(int(mode), b"upset", "text/plain", wait)
        return self._break(mode, body)

    def _break(self, mode: str, body: bytes) -> None:
        half = body[: len(body) // 2]
        if mode == "hang":
            self.server.loopback.wait_hanging()
        elif mode == "truncated":
            self._send(200, half, "application/json")
        elif mode == "garbage":
            self._send(200, b"\x00\xff{]", "application/json")
        elif mode == "empty-body":
            self._send(200, b"", "application/json")
        elif mode == "page":
            self._send(200, _PAGE, "text/html")
        elif mode == "consent":
            place = f"http://consent.yahoo.com:{self.server.loopback.port}/v2/collectConsent?sessionId=1"
            self._send(302, b"", "text/html", {"Location": place})
        else:
            self._cut(half if mode == "broken-transfer" else b"", len(body))
        self.close_connection = mode in ("hang", "reset", "broken-transfer")

    def _cut(self, half: bytes, length: int) -> None:
        """Send less than promised and reset the connection."""
        if half:
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(half)
            self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR) if half else self.connection.close()

    def _finance_error(self, status: int, code: str, text: str) -> None:
        self._json({"finance": {"result": None, "error": {"code": code, "description": text}}}, status)

    def _json(self, body: Any, status: int = 200) -> None:
        self._send(status, json.dumps(body).encode(), "application/json;charset=utf-8")

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _endpoint(host: str, path: str) -> str:
    if path.endswith("/getcrumb"):
        return "crumb"
    if path.startswith("/v7/finance/quote"):
        return "quote"
    if path.startswith("/v8/finance/chart/"):
        return "chart"
    if path.startswith("/v10/finance/quoteSummary/"):
        return "summary"
    if host.startswith(("consent.", "guce.")):
        return "consent"
    return "cookie" if host == "fc.yahoo.com" else "other"
