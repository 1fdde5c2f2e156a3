"""Operators' commands: `flask --app wsgi …`."""

from datetime import timedelta

import click
from flask import Flask, current_app
from flask_migrate import Migrate

from twinweb.accounts import commands as accounts
from twinweb.accounts import queries as account_queries
from twinweb.accounts.models import Role
from twinweb.config import ROOT, Settings
from twinweb.db import db
from twinweb.entries import catalogue
from twinweb.inbox import digest
from twinweb.reference.commands import load_reference
from twinweb.reference.queries import names
from twinweb.sample import accounts as demonstration
from twinweb.sample import programme, synthetic
from twinweb.turns import taking_turns
from twinweb.upkeep import operating
from twinweb.upkeep.operating import of_the_register


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=False)
    for command in (reference, sample, reindex, send_digests, user):
        app.cli.add_command(command)
    operating.init_app(app)


@click.command()
@of_the_register
def reference() -> None:
    """Load the governorates and sectors that are not there yet."""
    with taking_turns(_settings()):
        load_reference()


@click.command()
@click.option(
    "--lessons", type=click.IntRange(min=1), default=None, help="Add so many synthetic lessons too."
)
@of_the_register
def sample(lessons: int | None) -> None:
    """Load the sample programme and its demonstration accounts, once."""
    with taking_turns(_settings()):
        _load_sample(lessons)


def _load_sample(lessons: int | None) -> None:
    try:
        demonstration.refuse_real_users()
    except demonstration.RealUsers:
        raise click.ClickException(
            "Demonstration refuses this: a database with real users. "
            "Set TWINWEB_DATA_DIR or TWINWEB_DATABASE_URL to an empty one, or leave TWINWEB_DEMO out."
        ) from None
    load_reference()
    demonstration.open_accounts(_settings().demo_password)
    click.echo(f"Sample programme: {programme.load()} entries added.")
    if lessons:
        synthetic.add_lessons(lessons)
        click.echo(f"Synthetic lessons: {lessons} added.")


@click.command()
@of_the_register
def reindex() -> None:
    """Write the words that search finds of every approved entry again."""
    click.echo(f"{catalogue.reindex()} entries indexed.")


@click.command("digest")
@of_the_register
def send_digests() -> None:
    """Send everybody who wants one the mail of the day; run again on the same day, it sends nothing twice."""
    settings = _settings()
    if settings.mail is None:
        raise click.ClickException(
            "There is no mail server: set TWINWEB_MAIL_URL, such as "
            "smtp://user:password@mail.gov.iq:587?tls=1&from=twinweb@gov.iq."
        )
    outcome = digest.send_all(settings, settings.mail)
    click.echo(f"{outcome.sent} digests sent.")
    if outcome.lost:
        click.echo(
            f"The mail server {settings.mail.host}:{settings.mail.port} did not take the mails: "
            f"{outcome.lost}. Nothing is lost: what was not sent is in the next digest.",
            err=True,
        )
    if outcome.refused or outcome.failed:
        click.echo(
            f"{outcome.refused} were refused by the mail server and are tried again; "
            f"{outcome.failed} failed. The log says of which accounts, and why.",
            err=True,
        )
    if outcome.lost or outcome.refused or outcome.failed:
        raise click.exceptions.Exit(1)


@click.group()
def user() -> None:
    """Accounts, for the first admin and for whoever cannot sign in."""


@user.command("create")
@click.argument("name")
@click.option("--full-name", default="", help="As the person writes it; the user name else.")
@click.option("--admin", is_flag=True, help="The same as --role admin.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=None)
@click.option("--governorate", default=None, help="Of a contributor or reviewer: its slug, such as basra.")
@of_the_register
def user_create(name: str, full_name: str, *, admin: bool, role: str | None, governorate: str | None) -> None:
    """Open an account and print its one-time code, once."""
    grant = _grant("admin" if admin else role, governorate)
    try:
        made, code = accounts.create_user(accounts.Identity(name, full_name or name), [grant], by=None)
    except accounts.NameTaken:
        raise click.ClickException(f"There is an account {name}. For a new code: user code {name}") from None
    except accounts.NoUserName:
        raise click.ClickException(
            "A user name has 2 to 60 letters of one alphabet, digits, full stops, hyphens."
        ) from None
    _print_code(made.username, code)


@user.command("code")
@click.argument("name")
@of_the_register
def user_code(name: str) -> None:
    """Give an account a new one-time code in the place of its password, and print it, once."""
    found = account_queries.user_named(name)
    if found is None:
        raise click.ClickException(f"There is no account {name}.")
    _print_code(found.username, accounts.give_code(found.id, by=None))


@user.command("reset-second-factor")
@click.argument("name")
@of_the_register
def user_reset_second_factor(name: str) -> None:
    """Take an account's second factor off; its owner sets up a new one at the next sign-in."""
    found = account_queries.user_named(name)
    if found is None:
        raise click.ClickException(f"There is no account {name}.")
    accounts.reset_second_factor(found.id, by=None)
    click.echo(f"The second factor of {found.username} is taken off, and all sign-ins are ended.")


def _grant(role: str | None, governorate: str | None) -> accounts.Grant:
    """The membership that the options ask for, or what is wrong with them."""
    if role is None:
        raise click.UsageError("Say what the account is for: --admin, or --role.")
    if role == Role.CONTRIBUTOR and not governorate:
        raise click.UsageError("A contributor writes for a governorate: --governorate basra.")
    if governorate and role not in (Role.CONTRIBUTOR, Role.REVIEWER):
        raise click.UsageError("Only contributors and reviewers are of a governorate.")
    with taking_turns(_settings()):
        load_reference()
    if governorate and governorate not in names().governorates:
        raise click.UsageError(f"There is no governorate {governorate}: {', '.join(names().governorates)}.")
    return accounts.Grant(Role(role), governorate)


def _print_code(username: str, code: str) -> None:
    days = accounts.CODE_LASTS // timedelta(days=1)
    click.echo(f"User name: {username}\nOne-time code, good for {days} days: {code}")


def _settings() -> Settings:
    settings: Settings = current_app.config["TWINWEB"]
    return settings
