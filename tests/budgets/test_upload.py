"""What may go up the line, which is the slower way."""

from tests.budgets.allowed import TEXT
from tests.wire import multipart


def test_what_is_typed_goes_up_as_it_is() -> None:
    """A draft that keeps itself sends one field and who it is, in UTF-8."""
    who = {"csrf_token": "x" * 91, "key": "x" * 20, "revision": "12345", "seen": "3", "only": "situation"}
    _headers, body = multipart(who | {"situation": TEXT})

    assert len(body) <= len(TEXT.encode()) * 1.2
