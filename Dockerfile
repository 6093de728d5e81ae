# The service without a database. Build: docker build -t eo-catalogue .
# BASE may name a copy of the same image in your own registry.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates nodejs npm python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/catalogue
COPY requirements/bootstrap.txt requirements/runtime.txt requirements/
RUN python3 -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
    && VIRTUAL_ENV=.venv .venv/bin/uv pip install --no-cache --require-hashes -r requirements/runtime.txt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY scripts scripts
RUN npm run vendor && node scripts/basemap.mjs | .venv/bin/python scripts/basemap.py

FROM ${BASE}
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/catalogue catalogue \
    && install --directory --owner=catalogue --mode=0700 /var/lib/catalogue
WORKDIR /srv/catalogue
COPY --from=build /srv/catalogue/.venv .venv
COPY LICENSE LICENSE-DATA ./
COPY migrations migrations
COPY locales locales
COPY templates templates
COPY static static
COPY --from=build /srv/catalogue/static/vendor static/vendor
COPY data data
COPY app app
ENV PATH=/srv/catalogue/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    EO_STATE_DIR=/var/lib/catalogue
USER 10001
EXPOSE 8000
VOLUME /var/lib/catalogue
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "app", "serve"]
