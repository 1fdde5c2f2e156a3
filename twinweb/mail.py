"""The mail server: what its address says, and the line to it."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

PATIENCE = 30
"""Seconds for each answer of the server."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class NoMailServer(Exception):
    """The address of the mail server cannot be used; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """`smtp://user:password@host:587?tls=1&from=twinweb@gov.iq`; `smtps://…` is encrypted from the start."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    encrypted: bool = False
    """From the first byte."""
    starttls: bool = False

    @classmethod
    def at(cls, url: str) -> Self:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as wrong:
            raise NoMailServer(str(wrong)) from None
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        encrypted, starttls = parts.scheme == "smtps", asked.get("tls") == "1"
        server = cls(
            host=parts.hostname or "",
            port=port or (465 if encrypted else 587 if starttls else 25),
            sender=asked.get("from", ""),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            encrypted=encrypted,
            starttls=starttls and not encrypted,
        )
        faults = {
            "it begins with smtp:// or smtps://": parts.scheme not in ("smtp", "smtps"),
            "beside the host it has ?tls=1 and from=, nothing else": not {*asked} <= {"tls", "from"},
            **server.faults(),
        }
        if broken := [rule for rule, is_broken in faults.items() if is_broken]:
            raise NoMailServer("; ".join(broken))
        return server

    def faults(self) -> dict[str, bool]:
        """What holds of every server, and whether this one breaks it."""
        protected = self.encrypted or self.starttls or self.host in LOOPBACK
        return {
            "it names the host": not self.host,
            "from= is the address that mails come from": not re.fullmatch(
                r"[!-;=?A-~]+@[A-Za-z0-9.-]+", self.sender
            ),
            "a password goes only over an encrypted line (?tls=1)": bool(self.password) and not protected,
        }

    @contextmanager
    def line(self) -> Iterator[smtplib.SMTP]:
        """A line to the server on which messages are handed over one by one."""
        with self._connected() as line:
            if self.starttls:
                line.starttls(context=ssl.create_default_context())
            if self.username:
                line.login(self.username, self.password)
            yield line

    def _connected(self) -> smtplib.SMTP:
        if self.encrypted:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
