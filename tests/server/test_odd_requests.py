"""Whatever stands in a request's first line and headers, it is answered, and never by a fault of ours."""

import pytest

from tests.serving import Server
from tests.wire import Answer, Visitor, received

HOST = b"Host: 127.0.0.1\r\n"
ODD = {
    "Arabic in a query, as it is": b"GET /login?next=/\xd9\x85\xd9\x8a\xd8\xa7\xd9\x87 HTTP/1.1\r\n" + HOST,
    "Arabic in a path, as it is": b"GET /\xd9\x85\xd9\x8a\xd8\xa7\xd9\x87 HTTP/1.1\r\n" + HOST,
    "a byte that is no letter, in a path": b"GET /%ff HTTP/1.1\r\n" + HOST,
    "a byte that is no letter, in a query": b"GET /login?next=%ff HTTP/1.1\r\n" + HOST,
    "Arabic in a header": b"GET /login HTTP/1.1\r\nX-Office: \xd9\x85\r\n" + HOST,
    "a broken language": b"GET /login HTTP/1.1\r\nAccept-Language: \xff;q=\xd9\r\n" + HOST,
    "a broken cookie": b"GET /login HTTP/1.1\r\nCookie: a=\xff\r\n" + HOST,
    "a broken tag": b'GET /login HTTP/1.1\r\nIf-None-Match: \xff"\r\n' + HOST,
    "a broken range": b"GET /static/css/app.css HTTP/1.1\r\nRange: bytes=\xff-\r\n" + HOST,
    "no method that exists": b"BREW /login HTTP/1.1\r\n" + HOST,
    "everything": b"OPTIONS * HTTP/1.1\r\n" + HOST,
    "a tunnel": b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n" + HOST,
    "a length that is said twice": b"POST /login HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n"
    + HOST,
    "a length that is empty": b"POST /login HTTP/1.1\r\nContent-Length: \r\n" + HOST,
    "a length without end": b"POST /login HTTP/1.1\r\nContent-Length: " + b"9" * 30 + b"\r\n" + HOST,
    "a length in Arabic digits": b"POST /login HTTP/1.1\r\nContent-Length: \xd9\xa1\r\n" + HOST,
    "a broken kind of content": b"POST /login HTTP/1.1\r\nContent-Length: 0\r\nContent-Type: \xff\r\n" + HOST,
    "a broken proxy": b"GET /login HTTP/1.1\r\nX-Forwarded-For: \xff\r\nX-Forwarded-Host: \xff\r\n" + HOST,
}
NAMES = {
    "empty": b"Host: \r\n",
    "of another site": b"Host: evil.example\r\n",
    "said twice": HOST + b"Host: evil.example\r\n",
    "with a space": b"Host: local host\r\n",
    "that cannot be read": b"Host: \xff\r\n",
    "with an open bracket": b"Host: [::1\r\n",
    "with a port beyond all": b"Host: 127.0.0.1:99999999\r\n",
    "with a port in Arabic digits": b"Host: 127.0.0.1:\xd9\xa1\r\n",
}


def ask(server: Server, request: bytes) -> Answer:
    with server.connect() as connection:
        connection.sendall(request + b"Connection: close\r\n\r\n")
        return received(connection)


@pytest.mark.parametrize("what", ODD)
def test_what_is_odd_is_answered(server: Server, what: str) -> None:
    assert ask(server, ODD[what]).status < 500


@pytest.mark.parametrize("name", NAMES)
def test_a_strange_name_for_this_site_is_refused(server: Server, name: str) -> None:
    assert ask(server, b"GET /login HTTP/1.1\r\n" + NAMES[name]).status == 400


@pytest.mark.parametrize("name", [b"localhost", b"LOCALHOST", b"127.0.0.1:80", b"[::1]", b"[::1]:5000"])
def test_a_name_of_this_machine_is_known_however_it_is_written(server: Server, name: bytes) -> None:
    assert ask(server, b"GET /login HTTP/1.1\r\nHost: " + name + b"\r\n").status == 200


def test_words_that_are_sent_as_they_are_find_what_escaped_ones_find(server: Server) -> None:
    visitor = Visitor(server.address).signed_in("basra")
    escaped = visitor.get("/search?q=المياه")
    sent = visitor.request("GET", "/search?q=-", {}, b"").replace(b"q=-", "q=المياه".encode())
    visitor.close()

    with server.connect() as connection:
        connection.sendall(sent)
        plain = received(connection)

    assert (plain.status, "المياه" in plain.text) == (200, True)
    assert plain.text.count("<article") == escaped.text.count("<article")
