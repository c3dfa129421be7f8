"""The baseline, a WSGI application: Django around one view that does nothing.

With BENCH_MIDDLEWARE set, the site's own settings and middleware stand around the same view.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("", nothing)]

if os.environ.get("BENCH_MIDDLEWARE"):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    settings.ROOT_URLCONF = __name__
else:
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="bare",
    )
django.setup()
application = get_wsgi_application()
