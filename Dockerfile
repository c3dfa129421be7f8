# Two stages: one with what installs, one with what runs. Nothing in it is written to but /var/lib/anbefalinger, so it
# runs with a read-only root; as a user without rights. The base is named by its version: name it by digest where you
# build, so that you build the same twice.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt
WORKDIR /app
COPY manage.py pyproject.toml ./
COPY tracker tracker
COPY recommendations recommendations
COPY templates templates
COPY static static
COPY locale locale
COPY fixtures fixtures
# The settings ask for all that production needs; gathering the static files needs none of it.
RUN SECRET_KEY=kun-mens-filerne-samles SITE_URL=https://eksempel.invalid DATABASE_URL=sqlite:////tmp/ingen.sqlite3 \
    EMAIL_URL=dummymail:// DEFAULT_FROM_EMAIL=ingen@eksempel.invalid STATIC_ROOT=/app/static-samlet \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q tracker recommendations

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin anbefalinger \
    && install -d -o anbefalinger -g anbefalinger -m 0750 /var/lib/anbefalinger
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/anbefalinger STATIC_ROOT=/app/static-samlet LOG_FORMAT=json
USER anbefalinger
VOLUME /var/lib/anbefalinger
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# What gunicorn must remember between two beats lies in memory: the root cannot be written to. It believes nobody's
# headers; the site itself believes a proxy's, with TRUST_PROXY=true.
CMD ["gunicorn", "tracker.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
    "--worker-tmp-dir", "/dev/shm", "--forwarded-allow-ips", ""]
