"""Who is at the door: the signed-in person, and the guard that every view declares."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app, g, request, session
from sqlalchemy import ScalarSelect
from sqlalchemy.exc import SQLAlchemyError

from twinweb import audit, clock
from twinweb.accounts import queries, sign_ins
from twinweb.accounts.models import Role
from twinweb.accounts.person import Person
from twinweb.db import before_writing, let_go
from twinweb.reference import queries as reference

CRITICAL = timedelta(minutes=10)
"""How fresh a proof is that an admin's acts on others ask for, …"""
OWN = timedelta(minutes=5)
"""… and what changes how one comes in oneself."""

P = ParamSpec("P")
R = TypeVar("R")

EVERYBODY = frozenset({"everybody"})
asked_beside: list[ScalarSelect[Any]] = []
"""What higher floors want to know of every request; asked in the statement of the sign-in."""


class PasswordFirst(Exception):
    """This person came in by a one-time code and must choose a password before anything else."""


class FactorFirst(Exception):
    """This person must have a second factor by now and has none."""


class ProofFirst(Exception):
    """What is asked for takes a fresh proof of who this is."""


class PersonChanged(Exception):
    """Who asks is signed in no more, or may do other things than when the request came in."""


class UnguardedView(Exception):
    """A view does not say who is let in; the application does not start with one."""


def person_at_the_door() -> Person | None:
    """The signed-in person, asked for once a request."""
    if "person" not in g:
        token = session.get("sign_in")
        found = queries.person_signed_in(token, *asked_beside) if token else None
        g.person = found and found.person
        if found:
            g.known_by = (*found.register, *found.known_by)
            g.language = found.person.language
            reference.stands_as(found.register)
            _note_use(found)
    person: Person | None = g.person
    return person


def _note_use(found: queries.SignedIn) -> None:
    """Reading goes on where nothing can be written."""
    try:
        sign_ins.touch(found.person.sign_in_id, found.last_used_at)
    except SQLAlchemyError as error:
        let_go()
        current_app.logger.error("the use of a sign-in was not noted: %s", error)  # noqa: TRY400  without its trace


def current_person() -> Person:
    """The signed-in person, who has chosen a password: a one-time code opens nothing but that page."""
    person = person_with_password_or_code()
    if person.must_choose_password:
        raise PasswordFirst
    return person


def person_with_password_or_code() -> Person:
    """Whoever is signed in, by whatever: for the page on which a password is chosen."""
    return person_at_the_door() or abort(401)


def look_at_person_again() -> None:
    """In a transaction, before anything is done: their sign-in and rights still stand, or `PersonChanged`.

    The account is locked, so they stand until its end. Before, when the request came in, nothing was locked.
    What their own act has changed of them is not asked about.
    """
    person: Person | None = g.get("person")
    if person is None or audit.has_acted():
        return
    sign_ins.lock(person.id)
    found = queries.person_signed_in(session.get("sign_in", ""))
    if found is None or found.person.rights != person.rights:
        raise PersonChanged


before_writing.append(look_at_person_again)


def allow(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people with one of these roles in. Every view carries exactly one `allow` or `everybody`."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            person = current_person()
            if lacks_factor(person) and is_due(person):
                raise FactorFirst
            if not person.roles & set(roles):
                abort(403)
            return view(*args, **kwargs)

        guarded.__allows__ = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return guard


def lacks_factor(person: Person) -> bool:
    """Whether this person needs a second factor, now or soon, and has none."""
    everybody = current_app.config["TWINWEB"].second_factor == "everybody" and not person.demo
    return (person.needs_second_factor or everybody) and not person.second_factor


def is_due(person: Person) -> bool:
    return person.second_factor_due is not None and clock.has_passed(person.second_factor_due)


def proven(within: timedelta) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Ask for a fresh proof where the last one is older. Stands below `allow`."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            last = current_person().proven_at
            if last is None or clock.has_passed(last + within):
                raise ProofFirst
            return view(*args, **kwargs)

        return guarded

    return guard


def everybody(view: Callable[P, R]) -> Callable[P, R]:
    """Let anybody in, signed in or not."""
    view.__allows__ = EVERYBODY  # type: ignore[attr-defined]
    return view


def anonymous(view: Callable[P, R]) -> Callable[P, R]:
    """Let anybody in, and never look who it is: this must answer while the database does not."""
    view.__anonymous__ = True  # type: ignore[attr-defined]
    return everybody(view)


def refuse_unguarded_views(app: Flask) -> None:
    """Raise `UnguardedView` where a view forgot to say who is let in."""
    for name, view in app.view_functions.items():
        if name != "static" and not hasattr(view, "__allows__"):
            raise UnguardedView(name)


def init_app(app: Flask) -> None:
    @app.before_request
    def know_the_person() -> None:
        """Before anything is said: it is said in the person's language."""
        view = current_app.view_functions.get(request.endpoint or "")
        if hasattr(view, "__anonymous__"):
            g.person = None
        person_at_the_door()

    app.add_template_global(person_at_the_door, "person")
