"""Slow clients hold nobody up: 200 whose headers do not end, 200 whose bodies trickle, at once."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.serving import Server
from tests.wire import Visitor, multipart, received

SLOW = 200


@pytest.fixture
def beset(server: Server) -> Iterator[Server]:
    with ExitStack() as stack:
        for opening in (b"GET /lessons/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-", half_of_a_post(server)):
            for _ in range(SLOW):
                stack.enter_context(slow(server, opening))
        yield server


def half_of_a_post(server: Server) -> bytes:
    visitor = Visitor(server.address).signed_in("basra")
    sent = visitor.request("POST", "/lessons/new", *multipart({"title": "م" * 4000}))
    visitor.close()
    return sent[: len(sent) // 2]


def slow(server: Server, opening: bytes) -> socket.socket:
    connection = server.connect()
    connection.sendall(opening)
    return connection


def test_slow_clients_hold_nobody_up(beset: Server) -> None:
    visitor = Visitor(beset.address).signed_in("basra")

    page = visitor.get("/lessons/new")
    saved = visitor.post("/account/sectors", {"csrf_token": token(page.text), "sectors": "agriculture"})

    assert (page.status, saved.status) == (200, 303)
    visitor.close()


def test_who_is_slow_is_served_in_the_end(server: Server) -> None:
    visitor = Visitor(server.address).signed_in("basra")
    form = {"csrf_token": token(visitor.get("/lessons/new").text), "sectors": "agriculture"}
    sent = visitor.request("POST", "/account/sectors", *multipart(form))
    visitor.close()

    with server.connect() as connection:
        for byte in (sent[:-700], *(sent[i : i + 70] for i in range(len(sent) - 700, len(sent), 70))):
            connection.sendall(byte)
        answer = received(connection)

    assert answer.status == 303


def test_half_a_form_is_no_form(server: Server) -> None:
    visitor = Visitor(server.address).signed_in("basra")
    form = {"csrf_token": token(visitor.get("/lessons/new").text), "title": "نصف", "situation": "م" * 500}
    sent = visitor.request("POST", "/lessons/new", *multipart(form))
    visitor.close()

    with server.connect() as connection:
        connection.sendall(sent[:-100])
        connection.shutdown(socket.SHUT_WR)
        answer = received(connection)

    assert answer.status == 400


def test_a_body_without_a_length_arrives_whole(server: Server) -> None:
    visitor = Visitor(server.address).signed_in("basra")
    form = {"csrf_token": token(visitor.get("/lessons/new").text), "sectors": "agriculture"}
    headers, body = multipart(form)
    visitor.close()
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:50], body[50:], b""))
    head = visitor.request("POST", "/account/sectors", headers | {"Transfer-Encoding": "chunked"}, b"")

    with server.connect() as connection:
        connection.sendall(head.replace(b"Content-Length: 0\r\n", b"") + chunks)
        answer = received(connection)

    assert answer.status == 303


def test_too_large_is_refused_in_the_person_s_language(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(
            b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x"
        )
        answer = received(connection)

    assert answer.status == 413
    assert 'lang="ar"' in answer.text


def test_a_header_with_an_underscore_passes_for_no_other(server: Server) -> None:
    """A proxy sets X-Forwarded-For; X_Forwarded_For would arrive under the same name."""
    visitor = Visitor(server.address).signed_in("basra")

    answer = visitor.get("/lessons/", {"HX_Request": "true", "HX_Target": "div#results"})

    assert "<html" in answer.text
    visitor.close()


def token(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
