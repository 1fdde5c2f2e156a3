"""What a backup says of itself: its schema, its parts with their hashes, and the end of the activity log."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Self

from twinweb.audit import Head

FORMAT = 1
HASH = re.compile(r"[0-9a-f]{64}")


class Newer(Exception):
    """Made by a newer program than this one."""


@dataclass(frozen=True, slots=True)
class Manifest:
    made: str
    schema: str
    secret: str
    head: Head
    tables: list[str]
    files: list[str]
    missing: list[str]
    parts: dict[str, str]

    @classmethod
    def read(cls, text: bytes) -> Self:
        """`Newer`, or `ValueError` where it is not of the shape that a backup writes."""
        told = json.loads(text)
        _require(isinstance(told, dict) and isinstance(told.get("format"), int))
        if told.pop("format") > FORMAT:
            raise Newer
        head = told.get("head")
        _require(told.keys() == set(cls.__slots__) and isinstance(head, dict) and _is_head(head))
        manifest = cls(**told | {"head": Head(**head)})
        _require(manifest._fits())
        return manifest

    def written(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)

    def _fits(self) -> bool:
        """Each table and each content is a part, and nothing else is; all of it are texts."""
        texts = all(isinstance(one, str) for one in (self.made, self.schema, self.secret))
        if not (texts and all(map(_are_texts, (self.tables, self.files, self.missing)))):
            return False
        expected = {part_of(table) for table in self.tables} | {file_part(one) for one in self.files}
        return (
            isinstance(self.parts, dict)
            and self.parts.keys() == expected
            and all(HASH.fullmatch(str(hashed)) for hashed in self.parts.values())
            and all(self.parts[file_part(one)] == one for one in self.files)
        )


def part_of(table: str) -> str:
    return f"tables/{table}.jsonl"


def file_part(sha256: str) -> str:
    return f"files/{sha256}"


def _is_head(head: dict[str, Any]) -> bool:
    return (
        head.keys() == {"number", "hash"}
        and isinstance(head["number"], int)
        and isinstance(head["hash"], str)
    )


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _require(holds: bool) -> None:  # noqa: FBT001  what must hold
    if not holds:
        raise ValueError
