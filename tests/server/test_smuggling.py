"""What two readers could understand in two ways is refused, and nothing that follows it is answered."""

import pytest

from tests.serving import Server

SECOND = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
POST = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
DOUBTFUL = {
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 62\r\n\r\nhello",
    "a length beside chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks by another name": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks twice": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a length that is none": POST + b"Content-Length: +5\r\n\r\nhello",
    "a space before the colon": POST + b"Content-Length : 5\r\n\r\nhello",
    "a folded head": POST + b"X-One: a\r\n Content-Length: 62\r\nContent-Length: 5\r\n\r\nhello",
    "a chunk of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("what", DOUBTFUL)
def test_what_can_be_read_in_two_ways_is_refused(server: Server, what: str) -> None:
    with server.connect() as connection:
        connection.settimeout(20)
        connection.sendall(DOUBTFUL[what] + SECOND)
        answers = b""
        while part := connection.recv(65_536):
            answers += part

    assert answers.startswith(b"HTTP/1.1 400 "), answers[:200]
    assert answers.count(b"HTTP/1.1 ") == 1
