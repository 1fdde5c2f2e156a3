"""Files on entries, made by the product's own commands."""

from itertools import count

from tests import files, world
from twinweb.attachments import commands, queries
from twinweb.attachments.commands import Label
from twinweb.attachments.models import Attachment
from twinweb.entries.beside import Place, access
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS

_seeds = count(100)


def place_of(revision: Revision, kind: str = "lesson") -> Place:
    return Place(revision.entry_id, KINDS[kind])


def attached(
    place: Place, name: str = "صورة الزيارة.jpg", data: bytes = b"", description: str = "", by: str = "basra"
) -> Attachment:
    """A photo like no other, unless told otherwise."""
    label = Label(name, description=description)
    return commands.attach(place, label, data or files.photo(seed=next(_seeds)), by=world.person(by))


def released(
    place: Place, name: str = "صورة الزيارة.jpg", data: bytes = b"", description: str = ""
) -> Attachment:
    made = attached(place, name, data, description)
    return commands.release(made.id, place, seen=made.version, by=world.person("reviewer"))


def address_of(attachment: Attachment) -> str:
    return f"/files/{attachment.id}/{attachment.sha256[:16]}"


def shown(place: Place, by: str) -> list[str]:
    """Names of the files that this person sees."""
    its = access(place, by=world.person(by))[1]
    return [file.name for file in queries.of_entry(place.entry_id, its)]
