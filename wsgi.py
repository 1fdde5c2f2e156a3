"""The door for the WSGI server: `granian --interface wsgi wsgi:app`."""

from twinweb.app import create_app

app = create_app()
