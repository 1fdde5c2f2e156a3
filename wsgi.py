"""The application as servers know it: `wsgi:app` for any that speaks WSGI, `wsgi:door` for `serve.py`."""

from twinweb.app import create_app
from twinweb.config import WrongSetting
from twinweb.web.door import Door

try:
    app = create_app()
except WrongSetting as wrong:
    raise SystemExit(f"TwinWeb does not start. {wrong}") from None

door = Door(app)
