"""The floor: a bare Flask page of the same 25 rows, in plain SQL, behind the same door."""

import os
import sqlite3

from flask import Flask

from twinweb.web.door import Door

app = Flask(__name__)
PAGE = app.jinja_env.from_string(
    '<!doctype html><html lang="ar" dir="rtl"><title>دروس</title><h1>دروس</h1><ul>'
    '{% for id, title, reference, owner in rows %}<li><a href="/lessons/{{ id }}">{{ title }}</a> '
    "{{ reference }} {{ owner }}</li>{% endfor %}</ul></html>"
)
ROWS = """SELECT entry_id, title, reference, owner FROM card
    WHERE +kind = 'lesson' ORDER BY position DESC LIMIT 25"""
database = sqlite3.connect(
    f"file:{os.environ['TWINWEB_DATA_DIR']}/twinweb.db?mode=ro", uri=True, check_same_thread=False
)


@app.get("/")
def index() -> str:
    return PAGE.render(rows=database.execute(ROWS).fetchall())


door = Door(app)
