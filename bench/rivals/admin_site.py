"""Django's admin over the same lessons; it runs in an environment of its own (`bench/rivals/__main__.py`)."""

import json
import os
from pathlib import Path

import django
from django.conf import settings

HERE = Path(os.environ["BENCH_DJANGO"])
MINE = "admin_site"
settings.configure(
    SECRET_KEY="for-measuring-on-this-machine-alone",  # noqa: S106
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=MINE,
    LANGUAGE_CODE="ar",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "django.db"}},
    INSTALLED_APPS=[
        f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "sessions", "messages")
    ]
    + [MINE],
    MIDDLEWARE=[
        "django.middleware.gzip.GZipMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    STATIC_URL="/static/",
)
django.setup()

from django.contrib import admin  # noqa: E402  Django wants its settings first
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import path  # noqa: E402


class Lesson(models.Model):
    title = models.TextField()
    reference = models.TextField()
    owner = models.TextField(db_index=True)
    year = models.IntegerField(null=True, db_index=True)
    summary = models.TextField()

    class Meta:
        app_label = MINE

    def __str__(self) -> str:
        return str(self.title)


@admin.register(Lesson)
class LessonAdmin(admin.ModelAdmin):
    list_display = ("title", "reference", "owner", "year")
    list_filter = ("owner", "year")
    search_fields = ("title", "summary")
    list_per_page = 25
    ordering = ("-id",)


urlpatterns = [path("admin/", admin.site.urls)]


def load(rows: Path) -> None:
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as tables:
        tables.create_model(Lesson)
    User.objects.create_superuser("bench", password="bench")  # noqa: S106
    Lesson.objects.bulk_create([Lesson(**row) for row in json.loads(rows.read_text())], batch_size=1_000)


application = get_wsgi_application()
