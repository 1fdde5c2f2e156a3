"""The door for the WSGI server: `granian --interface wsgi wsgi:app`."""

from twinweb.app import create_app
from twinweb.config import WrongSetting

try:
    app = create_app()
except WrongSetting as wrong:
    raise SystemExit(f"TwinWeb does not start. {wrong}") from None
