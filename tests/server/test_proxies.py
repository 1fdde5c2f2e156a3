"""The samples for proxies are understood by their programs, and repeat no way of coming in."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.serving import ROOT, free_port

NGINX, CADDY = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin"), shutil.which("caddy")
OPENSSL = shutil.which("openssl")
needs_nginx = pytest.mark.skipif(not (NGINX and OPENSSL), reason="nginx and openssl are not installed here")
needs_caddy = pytest.mark.skipif(not CADDY, reason="caddy is not installed here")
FILES = ("/etc/ssl/certs/twinweb.pem", "/etc/ssl/private/twinweb.key", "/var/log/nginx/twinweb.log")
COMES_IN = [
    "/login",
    "/login/second",
    "/login/passkey",
    "/login/reset/token",
    "/account/prove",
    "/account/password",
    "/account/passkey",
    "/account/second-factor",
    "/account/second-factor/codes",
]
CARRIES_A_KEY = ["/lessons/new", "/lessons/7/keep", "/account/colleagues", "/review/7/approve"]


class Instance(ThreadingHTTPServer):
    """One of the two behind the proxy: what it was sent, and whether it answers or breaks off."""

    daemon_threads = True

    def __init__(self, *, answers: bool) -> None:
        self.answers, self.sent = answers, list[str]()
        super().__init__(("127.0.0.1", 0), Taking)
        Thread(target=self.serve_forever, daemon=True).start()


class Taking(BaseHTTPRequestHandler):
    server: Instance

    def do_GET(self) -> None:
        """Always answered: it breaks off under what is sent alone."""
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.sent.append(self.path)
        if self.server.answers:
            self._answer()
        self.close_connection = True

    def _answer(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said: object) -> None:
        """Say nothing of each request."""


@pytest.fixture
def sound() -> Iterator[Instance]:
    with Instance(answers=True) as instance:
        yield instance
        instance.shutdown()


@pytest.fixture
def broken() -> Iterator[Instance]:
    with Instance(answers=False) as instance:
        yield instance
        instance.shutdown()


@contextmanager
def running(port: int, *command: str, home: Path) -> Iterator[None]:
    """The program, once its port is open."""
    process = subprocess.Popen(command, env={"HOME": str(home)}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, method: str, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=b"code=1" if method == "POST" else None)
        return connection.getresponse().status
    finally:
        connection.close()


def read(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def nginx_with(folder: Path, *changes: tuple[str, str]) -> tuple[str, ...]:
    """The command for the sample, with files of the test instead of the system's."""
    asked = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=twinweb.gov.iq"
    )
    made = ["-out", f"{folder}/twinweb.pem", "-keyout", f"{folder}/twinweb.key"]
    subprocess.run([str(OPENSSL), *asked.split(), *made], check=True, capture_output=True)
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    own_files = [(path, str(folder / Path(path).name)) for path in FILES]
    for old, new in (("listen 80;", f"listen 127.0.0.1:{free_port()};"), *own_files, *changes):
        assert old in text
        text = text.replace(old, new)
    main = f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {text} }}"
    (folder / "nginx.conf").write_text(main, "utf-8")
    return str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")


def caddy_with(folder: Path, *changes: tuple[str, str]) -> Path:
    text = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "Caddyfile").write_text(text, "utf-8")
    return folder / "Caddyfile"


@needs_nginx
def test_nginx_understands_its_sample(tmp_path: Path) -> None:
    command = nginx_with(tmp_path, ("listen 443 ", f"listen 127.0.0.1:{free_port()} "))

    told = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr.count("[warn]")) == (0, 0), told.stderr


@needs_nginx
def test_nginx_sends_again_what_carries_a_key_and_no_way_of_coming_in(
    tmp_path: Path, sound: Instance, broken: Instance
) -> None:
    port = free_port()
    command = nginx_with(
        tmp_path,
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (":5000 max_fails", f":{broken.server_port} max_fails"),
        (":5001 max_fails", f":{sound.server_port} max_fails"),
    )

    with running(port, *command, home=tmp_path):
        again = {path: {ask(port, "POST", path), ask(port, "POST", path)} for path in CARRIES_A_KEY}
        once = {path: [ask(port, "POST", path), ask(port, "POST", path)] for path in COMES_IN}

    assert [path for path, statuses in again.items() if statuses != {200}] == []
    assert [path for path, statuses in once.items() if sorted(statuses) != [200, 502]] == []
    assert [path for path in COMES_IN if (sound.sent + broken.sent).count(path) != 2] == []


@needs_nginx
def test_nginx_lets_an_office_come_in_and_no_flood_from_one_address(tmp_path: Path, sound: Instance) -> None:
    port = free_port()
    command = nginx_with(
        tmp_path,
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (":5000 max_fails", f":{sound.server_port} max_fails"),
        (":5001 max_fails", f":{sound.server_port} max_fails"),
    )

    with running(port, *command, home=tmp_path):
        office = {ask(port, "POST", "/login") for _ in range(60)}
        flood = [ask(port, "POST", "/login") for _ in range(400)]
        page = ask(port, "POST", "/lessons/new")

    assert (office, set(flood), page) == ({200}, {200, 429}, 200)


@needs_caddy
def test_caddy_understands_its_sample(tmp_path: Path) -> None:
    told = subprocess.run(
        [str(CADDY), "validate", "--adapter", "caddyfile", "--config", str(caddy_with(tmp_path))],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr


@needs_nginx
def test_where_neither_answers_nginx_says_so_in_the_language_of_its_readers(tmp_path: Path) -> None:
    port = free_port()
    command = nginx_with(
        tmp_path,
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (":5000 max_fails", f":{free_port()} max_fails"),
        (":5001 max_fails", f":{free_port()} max_fails"),
    )

    with running(port, *command, home=tmp_path):
        answers = [read(port, "/lessons/"), read(port, "/login")]

    assert [status for status, _text in answers] == [502, 502]
    assert all("السجل لا يستجيب الآن" in text for _status, text in answers)


@contextmanager
def caddy(folder: Path, first: int, second: int) -> Iterator[int]:
    """Caddy before an instance at this port and another; the port of its own."""
    port = free_port()
    sample = caddy_with(
        folder,
        ("{\n\tservers", "{\n\tadmin off\n\tservers"),
        ("twinweb.gov.iq {", f"http://127.0.0.1:{port} {{"),
        ("127.0.0.1:5000 127.0.0.1:5001", f"127.0.0.1:{first} 127.0.0.1:{second}"),
    )
    command = (str(CADDY), "run", "--adapter", "caddyfile", "--config", str(sample))
    with running(port, *command, home=folder):
        yield port


@needs_caddy
def test_caddy_sends_nothing_twice_that_broke_off(tmp_path: Path, sound: Instance, broken: Instance) -> None:
    with caddy(tmp_path, broken.server_port, sound.server_port) as port:
        statuses = [ask(port, "POST", "/login") for _ in range(20)]

    assert len(sound.sent) + len(broken.sent) == 20
    assert statuses.count(200) == len(sound.sent)
    assert statuses.count(502) == len(broken.sent)


@needs_caddy
def test_caddy_asks_the_other_where_one_is_down(tmp_path: Path, sound: Instance) -> None:
    with caddy(tmp_path, free_port(), sound.server_port) as port:
        statuses = {ask(port, "GET", "/lessons/") for _ in range(20)}

    assert statuses == {200}


@needs_caddy
def test_where_neither_answers_caddy_says_so_in_the_language_of_its_readers(tmp_path: Path) -> None:
    with caddy(tmp_path, free_port(), free_port()) as port:
        status, text = read(port, "/lessons/")

    assert (status, "السجل لا يستجيب الآن" in text) == (503, True)
