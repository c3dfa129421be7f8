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
