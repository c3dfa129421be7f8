"""The WSGI application that gunicorn serves: `gunicorn tracker.wsgi`."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext, override

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

# What is loaded here lives as long as the process, so the garbage collector is not to go through it, now or later.
gc.disable()

# Whoever waits for a page is told so instead of waiting on: for rows that somebody else holds, for one question that
# takes too long, for a transaction that was left open. Commands wait as long as it takes. PostgreSQL knows these.
PATIENCE = {"lock_timeout": "10s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "5min"}


def impatient(options: str) -> str:
    """The options of a connection, with the limits of a web server."""
    return " ".join([options, *(f"-c {name}={most}" for name, most in PATIENCE.items())])


for database in settings.DATABASES.values():
    if "options" in database.get("OPTIONS", {}):
        database["OPTIONS"]["options"] = impatient(database["OPTIONS"]["options"])

application = get_wsgi_application()


def warm_up() -> None:
    """Load what the first requests would wait for: every address and catalogue in each language, every template."""
    for code, _name in settings.LANGUAGES:
        with override(code):
            reverse("overview")
            gettext("Anbefalinger")
    root = settings.BASE_DIR / "templates"
    for template in sorted(root.rglob("*.html")):
        get_template(str(template.relative_to(root)))


warm_up()
gc.collect()
gc.freeze()
gc.enable()
