"""A restart answers what is in flight and takes nothing that was acknowledged; older pages still work."""

import re
import sqlite3
import threading
import time

import pytest

from tests.serving import Server
from tests.wire import Visitor, fields, multipart, received


@pytest.fixture
def visitor(server: Server) -> Visitor:
    return Visitor(server.address).signed_in("basra")


def test_told_to_stop_it_answers_what_is_in_flight_and_goes(server: Server, visitor: Visitor) -> None:
    form = fields(visitor.get("/lessons/new").text) | {"title": "ما كان في الطريق"}
    sent = visitor.request("POST", "/lessons/new", *multipart(form))
    visitor.close()
    with server.connect() as connection:
        connection.sendall(sent[:-200])
        time.sleep(0.5)  # it is under way

        server.stop()
        connection.sendall(sent[-200:])
        answer = received(connection)
        server.process.wait(30)

    assert (answer.status, titles(server).count("ما كان في الطريق")) == (303, 1)
    server.start()


def test_told_to_stop_it_waits_for_nobody_for_ever(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n")
        time.sleep(0.5)

        server.stop()
        server.process.wait(30)

    server.start()


def test_killed_it_has_lost_nothing_that_it_acknowledged(server: Server) -> None:
    acknowledged: list[str] = []
    people = [Visitor(server.address).signed_in("basra") for _ in range(3)]
    writers = [
        threading.Thread(target=write_until_cut, args=(person, number, acknowledged))
        for number, person in enumerate(people)
    ]
    for writer in writers:
        writer.start()
    while len(acknowledged) < 30:
        time.sleep(0.01)

    server.kill()
    for writer in writers:
        writer.join(60)

    kept = titles(server)
    assert [title for title in acknowledged if kept.count(title) != 1] == []
    server.start()


def test_a_page_opened_before_a_restart_is_sent_after_it(server: Server, visitor: Visitor) -> None:
    form = fields(visitor.get("/lessons/new").text) | {"title": "كُتب قبل انقطاع الكهرباء"}
    visitor.close()
    server.kill()
    server.start()

    answer = visitor.post("/lessons/new", form)

    assert answer.status == 303
    assert re.fullmatch(r"/lessons/\d+/edit", answer.location)
    visitor.close()


def write_until_cut(visitor: Visitor, writer: int, acknowledged: list[str]) -> None:
    page = fields(visitor.get("/lessons/new").text)
    for number in range(10_000):
        title = f"سطر {writer} {number}"
        try:
            answer = visitor.post("/lessons/new", page | {"title": title, "key": f"{writer:08}{number:08}"})
        except OSError:  # the power went
            break
        if answer.status == 303:
            acknowledged.append(title)
    visitor.close()


def titles(server: Server) -> list[str]:
    with sqlite3.connect(server.data / "twinweb.db") as database:
        return [title for (title,) in database.execute("SELECT title FROM revision")]
