"""Operators' commands for a deployment: `check`, `backup`, `restore`, `adopt-key`, `retention`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from twinweb.attachments import commands as files
from twinweb.attachments.store_protocol import NoStore
from twinweb.config import Settings
from twinweb.failures import look_at
from twinweb.upkeep import archive, checks, deployment, same_key
from twinweb.upkeep.manifest import Newer
from twinweb.upkeep.retention import clear

P = ParamSpec("P")
R = TypeVar("R")


def of_the_register(command: Callable[P, R]) -> Callable[P, R]:
    """A command that touches the register: it needs the register's own key."""

    @with_appcontext
    @wraps(command)
    def with_its_key(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with _in_words(_settings().data_dir):
                same_key.refuse_other_key()
        except same_key.OtherKey as other:
            raise click.ClickException(str(other)) from None
        return command(*args, **kwargs)

    return with_its_key


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(checks.CHECKS)))
@with_appcontext
def check(parts: tuple[str, ...]) -> None:
    """Say what falls short, and what to do about it, of these PARTS or of all; ends with 1 at a fault."""
    faults = 0
    with _in_words(_settings().data_dir):
        for fault in checks.faults(_settings(), parts):
            click.echo(fault)
            faults += 1
    if faults:
        raise click.ClickException(
            f"{faults} faults found. What search finds is mended by: flask --app wsgi reindex"
        )
    click.echo("Nothing falls short.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@of_the_register
def backup(file: Path) -> None:
    """Copy everything into FILE while people write. The secret key is not in it: keep that elsewhere."""
    try:
        with _in_words(file):
            copied = archive.backup(file)
    except FileExistsError:
        raise click.ClickException(f"{file} exists. A backup writes over nothing.") from None
    with _in_words(_settings().data_dir):
        deployment.note_backup(_settings(), file.absolute(), copied.head)
    click.echo(
        f"{copied.rows} rows and {copied.files} files. The activity log ends with "
        f"seal {copied.head.number}, {copied.head.hash}"
    )
    _refuse_incomplete(copied)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Bring everything back from FILE into an empty database, on SQLite or PostgreSQL."""
    copied = _brought_back(file)
    click.echo(f"{copied.rows} rows and {copied.files} files are back. Now type: flask --app wsgi check")
    if copied.missing:
        click.echo(f"{len(copied.missing)} contents of files were not in the copy. `check files` names them.")
    if not copied.same_secret:
        click.echo(
            "The secret key is another one: everybody signs in anew, and sets up the second step anew. "
            "With the former key in its place before anybody signs in, nobody has to."
        )


def _brought_back(file: Path) -> archive.Summary:
    try:
        with _in_words(_settings().data_dir):
            return archive.restore(file)
    except archive.Damaged as damaged:
        raise click.ClickException(f"{file} is damaged: {damaged}. Nothing was changed.") from None
    except NoStore as failure:
        raise click.ClickException(
            f"files: {failure}. The database is as empty as before: type the same again once that is mended."
        ) from None
    except Newer:
        raise click.ClickException(f"{file} is of a newer program. Install that one first.") from None
    except archive.NotEmpty as table:
        raise click.ClickException(
            f"The database is not empty ({table}). Set TWINWEB_DATABASE_URL or TWINWEB_DATA_DIR to a new one."
        ) from None


@click.command("adopt-key")
@with_appcontext
def adopt_key() -> None:
    """Take this machine's secret key for the register's, as the former one is lost. Stop all first."""
    same_key.adopt()
    click.echo(
        "The key of this machine is the register's now. Everybody signs in anew, and sets up the second step "
        "anew. Copy it to the other machines before they start."
    )


@click.command()
@of_the_register
def retention() -> None:
    """Delete what is kept no longer: sign-ins, codes, keys of forms, old notices, uploads given up."""
    with _in_words(_settings().data_dir):
        counts = clear()
    for name, number in counts.items():
        click.echo(f"{number} {name} cleared away.")
    try:
        number = files.forget_orphans()
    except NoStore as failure:
        raise click.ClickException(
            f"files: {failure}. Contents that belong to no file stay until this is run again."
        ) from None
    click.echo(f"{number} contents of files cleared away.")


@contextmanager
def _in_words(place: Path) -> Iterator[None]:
    """A full disk, or a database that is away, ends a command with a line."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise click.ClickException(
            f"{place}: {error.strerror or error}. Nothing was written there."
        ) from None
    except OperationalError as error:
        raise click.ClickException(f"database: {error.orig}. {look_at(error)}Nothing was done.") from None


def _refuse_incomplete(copied: archive.Summary) -> None:
    """The tables are copied whatever is with the store; what is not says what to do."""
    if copied.failure:
        raise click.ClickException(
            f"files: {copied.failure}. All tables are copied, and {len(copied.missing)} contents of files "
            "are not. Make another copy once that is mended."
        )
    for sha256 in copied.missing:
        click.echo(f"content {sha256[:16]}…: it is missing in the store, and so in the backup")
    if copied.missing:
        raise click.ClickException(
            f"{len(copied.missing)} contents of files are not in the copy, all else is. Bring them back into "
            "the store from an older copy, or remove these files; `check files` names them."
        )


def init_app(app: Flask) -> None:
    for command in (check, backup, restore, adopt_key, retention):
        app.cli.add_command(command)


def _settings() -> Settings:
    settings: Settings = current_app.config["TWINWEB"]
    return settings
