"""Real servers on loopback: one that takes webhooks and one that speaks SMTP, with STARTTLS and login."""

import base64
import contextlib
import http.server
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Hooks:
    """What a web server does and what it was sent."""

    status: int = 200
    location: str = ""
    hangs: bool = False
    port: int = 0
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def serving_http() -> Iterator[Hooks]:
    hooks = Hooks()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hooks.seen.append((f"{self.command} {self.path}", dict(self.headers), body))
            if hooks.hangs:
                hooks.release.wait(60)
            self.send_response(hooks.status)
            if hooks.location:
                self.send_header("Location", hooks.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    with _running(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        hooks.port = port
        try:
            yield hooks
        finally:
            hooks.release.set()


@dataclass
class Post:
    """What a mail server knows and what it was given."""

    user: str = ""
    password: str = ""
    refuses: str = ""
    greets: bool = True
    tls: ssl.SSLContext | None = None
    port: int = 0
    said: list[str] = field(default_factory=list)
    """The commands heard, those in clear marked."""
    mails: list[bytes] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


class _Smtp(socketserver.StreamRequestHandler):
    """One conversation; what it knows is the server's `post`."""

    def setup(self) -> None:
        super().setup()
        self.post: Post = self.server.post  # type: ignore[attr-defined]
        self.secure = False

    def handle(self) -> None:
        if not self.post.greets:
            self.post.release.wait(60)
            return
        self.answer("220 here")
        with contextlib.suppress(OSError):
            while line := self.rfile.readline().decode().strip():
                self.post.said.append(("" if self.secure else "clear ") + line)
                verb, _, rest = line.partition(" ")
                getattr(self, f"hear_{verb.lower()}", self.hear_other)(rest)
                if verb.upper() == "QUIT":
                    break
        self.request.close()

    def hear_ehlo(self, _: str) -> None:
        starttls = ["250-STARTTLS"] if self.post.tls and not self.secure else []
        auth = ["250-AUTH PLAIN"] if self.post.user else []
        self.answer("\r\n".join(["250-here", *starttls, *auth, "250 OK"]))

    def hear_starttls(self, _: str) -> None:
        assert self.post.tls is not None
        self.answer("220 go on")
        self.request = self.post.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self.secure = True

    def hear_auth(self, rest: str) -> None:
        user, password = base64.b64decode(rest.split()[1]).decode().split("\0")[1:]
        good = (user, password) == (self.post.user, self.post.password)
        self.answer("235 welcome" if good else f"535 5.7.8 no: \x1b[2J{password}")

    def hear_rcpt(self, rest: str) -> None:
        refused = self.post.refuses and self.post.refuses in rest
        self.answer("550 nobody of that name" if refused else "250 OK")

    def hear_data(self, _: str) -> None:
        self.answer("354 go on")
        self.post.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
        self.answer("250 taken")

    def hear_other(self, _: str) -> None:
        self.answer("250 OK")

    def answer(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextlib.contextmanager
def serving_smtp(post: Post) -> Iterator[Post]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp)
    server.post = post  # type: ignore[attr-defined]
    with _running(server) as post.port:
        try:
            yield post
        finally:
            post.release.set()


@contextlib.contextmanager
def _running(server: socketserver.TCPServer) -> Iterator[int]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
