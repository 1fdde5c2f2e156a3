"""The same over IPv6, where addresses stand in brackets."""

import socket
from collections.abc import Iterator

import pytest

from tests.serving import Server
from tests.wire import Visitor


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("six"), host="::1")
    server.start()
    yield server
    server.kill()


def test_who_comes_over_ipv6_is_let_in_and_known_by_an_address_without_brackets(six: Server) -> None:
    visitor = Visitor(six.address).signed_in("basra")
    account = visitor.get("/account/")
    visitor.close()

    assert (account.status, ">::1<" in account.text) == (200, True)


def test_the_address_that_is_printed_can_be_opened(six: Server) -> None:
    assert f"TwinWeb: http://[::1]:{six.port}/ " in six.log()


def test_another_name_is_refused_there_too(six: Server) -> None:
    visitor = Visitor(six.address)
    answer = visitor.get("/login", {"Host": "[::2]"})
    visitor.close()

    assert answer.status == 400
