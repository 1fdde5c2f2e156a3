"""A person at a browser without JavaScript, on one kept connection, every byte of which is counted."""

import gzip
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Self
from urllib.parse import quote, urlsplit

import brotli
from bs4 import BeautifulSoup
from werkzeug.test import encode_multipart

DEMO_PASSWORD = "twinweb-demo"
BROTLI = "gzip, deflate, br"
GZIP = "gzip, deflate"
"""What browsers ask for on plain HTTP, but to this machine itself."""
CHROMIUM = {
    "Connection": "keep-alive",
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/109.0.0.0 Safari/537.36",
    "Accept-Language": "ar-IQ,ar;q=0.9,en;q=0.8",
}
BY_ITSELF = {
    "Upgrade-Insecure-Requests": "1",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
}
"""What it adds to what no script asks for."""
URL = "/?&=%:,+"
PATH = re.compile("; path=([^;]+)", re.IGNORECASE)
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    down: int
    """Bytes of the answer, headers and body."""
    up: int
    """Bytes of the request."""

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Visitor:
    """Who keeps cookies, fills in forms as they are served, and stays on one connection."""

    address: str
    encoding: str = BROTLI
    cookies: dict[str, str] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)
    """Of each cookie: below what addresses it goes along."""
    _connection: socket.socket | None = None

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("GET", path, headers or {}, b"")

    def post(self, path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        return self._ask("POST", path, *multipart(form, headers))

    def post_packed(self, path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        """As the script of a page does, on plain HTTP: over HTTPS HTTP/2 packs what headers are more."""
        headers, body = multipart(form, headers)
        own = {"Accept": "text/html", "Content-Encoding": "gzip"}
        own |= {"Origin": self.address, "Referer": self.address + path}
        return self._ask("POST", path, own | headers, gzip.compress(body))

    def signed_in(self, username: str, password: str = DEMO_PASSWORD) -> Self:
        form = fields(self.get("/login").text)
        answer = self.post("/login", form | {"user": username, "password": password})
        if answer.status != 303:
            raise RuntimeError(f"{username} is not let in: {answer.status} {answer.text[:2000]}")
        return self

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        """What goes over the line for this."""
        lines = {"Host": urlsplit(self.address).netloc} | CHROMIUM | {"Accept-Encoding": self.encoding}
        lines |= BY_ITSELF if "Accept" not in headers else {}
        if cookies := "; ".join(self._cookies_for(path)):
            lines["Cookie"] = cookies
        if method == "POST":
            lines["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in (lines | headers).items())
        return f"{method} {quote(path, URL)} HTTP/1.1\r\n{head}\r\n".encode() + body

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _cookies_for(self, path: str) -> Iterator[str]:
        for name, value in self.cookies.items():
            if path.startswith(self._paths.get(name, "/")):
                yield f"{name}={value}"

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        sent = self.request(method, path, headers, body)
        if self._connection is None:
            parts = urlsplit(self.address)
            self._connection = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)
        self._connection.sendall(sent)
        answer = received(self._connection, len(sent))
        for cookie in answer.headers.get("set-cookie", "").splitlines():
            name, _equals, value = cookie.partition(";")[0].strip().partition("=")
            self.cookies[name] = value
            self._paths[name] = PATH.findall(cookie)[-1]
        if answer.headers.get("connection") == "close":
            self.close()
        return answer


def received(connection: socket.socket, up: int = 0) -> Answer:
    """The next answer on this connection."""
    with connection.makefile("rb") as file:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = file.readline()
            if not line:
                raise ConnectionError("no answer came")
            head += line
        status, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for name, _colon, value in (line.partition(": ") for line in lines if line):
            before = headers.get(name.lower())
            headers[name.lower()] = value if before is None else f"{before}\n{value}"
        if headers.get("transfer-encoding") == "chunked":
            content = b"".join(_chunks(file))
        else:
            content = b"" if " 304 " in status else file.read(int(headers.get("content-length", "0")))
    unpack = UNPACK.get(headers.get("content-encoding", ""), bytes)
    text = unpack(content).decode("utf-8", "replace")
    return Answer(int(status.split()[1]), headers, text, len(head) + len(content), up)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """As servers send what they do not know the length of; ours always do."""
    while size := int(file.readline(), 16):
        yield file.read(size)
        file.readline()
    file.readline()


def multipart(form: dict[str, str], headers: dict[str, str] | None = None) -> tuple[dict[str, str], bytes]:
    boundary, body = encode_multipart(form, boundary="----WebKitFormBoundary7MA4YWxkTrZu0gW")
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"} | (headers or {}), body


def fields(page: str) -> dict[str, str]:
    """What the first form of the page that is sent would send, untouched."""
    form = BeautifulSoup(page, "html.parser").select_one("main form[method=post]")
    if form is None:
        raise LookupError(f"no form on {page[:200]}")
    found = {
        str(one["name"]): str(one.get("value", ""))
        for one in form.select("input[name]")
        if one.get("type") not in {"checkbox", "radio"} or one.has_attr("checked")
    }
    return found | {str(one["name"]): one.get_text() for one in form.select("textarea[name]")}
