# The product: one image for web, worker and beat; docker-compose.yml says which runs what.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    VAR_DIR=/var/lib/congress STATIC_ROOT=/srv/static

# What WeasyPrint prints with; the fonts come with requirements.txt.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --home-dir /var/lib/congress --create-home congress

WORKDIR /srv/app
COPY requirements.txt constraints.txt ./
RUN pip install --requirement requirements.txt

COPY . .
# Building the static files needs settings that load, not secrets: neither value stays in the image.
RUN SECRET_KEY=only-to-collect-static SITE_URL=https://build.invalid VAR_DIR=/tmp/build \
    python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build \
    && mkdir -p /var/lib/congress/media && chown -R congress /var/lib/congress

USER congress
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "congress.wsgi", "--config", "deploy/gunicorn.conf.py"]
