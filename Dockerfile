# The first stage installs, the second only runs.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY static static
COPY templates templates
COPY languages languages
COPY lessons lessons
# Editable, so that the code finds templates/ and static/ beside it. It is compiled here, because
# the root of the container may be read-only.
RUN pip install --no-deps --editable . && python -m compileall -q app

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Backstep" \
      org.opencontainers.image.description="A step debugger for backpropagation" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /venv /venv
COPY --from=build /app /app
RUN install --directory --owner=10001 --group=10001 /data
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BACKSTEP_DATA=/data
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --start-interval=1s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["backstep", "serve", "--host", "0.0.0.0", "--port", "8000"]
