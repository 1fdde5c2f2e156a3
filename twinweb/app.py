"""Puts the application together."""

import os
from importlib import import_module

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from twinweb import errors
from twinweb.accounts import gate, passkey_views
from twinweb.accounts import views as accounts
from twinweb.admin import views as admin
from twinweb.attachments import pieces, store
from twinweb.attachments import views as files
from twinweb.config import ROOT, Settings
from twinweb.db import db, let_go, prepare
from twinweb.directory import views as directory
from twinweb.home import views as home
from twinweb.i18n import locale
from twinweb.inbox import forgotten_views as inbox
from twinweb.pages import attending, copies, keeping, past
from twinweb.pages import views as pages
from twinweb.review import views as review
from twinweb.search import views as search
from twinweb.submissions import once
from twinweb.web import (
    addresses,
    compression,
    first_sheet,
    hosts,
    htmx,
    logs,
    notices,
    parts,
    saving,
    security,
    written,
)

BLUEPRINTS = (
    home.bp,
    accounts.bp,
    passkey_views.bp,
    pages.bp,
    keeping.bp,
    past.bp,
    attending.bp,
    files.bp,
    pieces.bp,
    directory.bp,
    search.bp,
    review.bp,
    inbox.bp,
    admin.bp,
    admin.colleagues,
)


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment()
    app = Flask("twinweb", template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.from_mapping(settings.as_flask())
    app.jinja_environment = written.Templates
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": [compression.Unindented],
    }
    app.url_map.converters["kind"] = pages.KindConverter
    db.init_app(app)
    app.teardown_appcontext(let_go)  # called first: a lost connection takes no answer away
    with app.app_context():
        prepare(db.engine)
    for first in (hosts, gate, compression, parts):  # who asks is known before anything is refused
        first.init_app(app)
    CSRFProtect(app).exempt(home.csp_report)
    for part in (
        logs,
        once,
        locale,
        addresses,
        htmx,
        notices,
        security,
        first_sheet,
        home,
        copies,
        store,
        saving,
        written,
        errors,
    ):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    gate.refuse_unguarded_views(app)
    if settings.testing or "FLASK_RUN_FROM_CLI" in os.environ:  # servers need not hold what operators type
        import_module("twinweb.cli").init_app(app)
    _stand_behind(app, settings)
    return app


def _stand_behind(app: Flask, settings: Settings) -> None:
    """Static files never pass through views; a proxy's word on the client counts only where there is one."""
    files = WhiteNoise(
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix="/static/",
        immutable_file_test=".",  # pages name every file with the hash of its content
        allow_all_origins=False,
        add_headers_function=security.harden_file,
    )
    app.wsgi_app = ProxyFix(files, *[settings.proxies] * 3) if settings.proxies else files  # type: ignore[method-assign]
