# The job as an image for EMR Serverless, which brings Spark and Java and runs containers as hadoop.
# Build from the repository root, on EMR's image of the release that the application has:
# docker build -f services/etl/deploy/emr.Dockerfile --build-arg BASE_IMAGE=public.ecr.aws/emr-serverless/spark/emr-7…@sha256:… .
ARG BASE_IMAGE
ARG UV_IMAGE=ghcr.io/astral-sh/uv:0.9.18@sha256:5713fa8217f92b80223bc83aac7db36ec80a84437dbc0d04bbc659cae030d8c9

FROM ${UV_IMAGE} AS uv

FROM ${BASE_IMAGE} AS python
USER root
# EMR's own Python is too old; Amazon Linux has newer ones beside it.
ARG PYTHON=python3.11
RUN command -v ${PYTHON} || dnf install -y ${PYTHON}

FROM python AS build
ARG PYTHON=python3.11
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_PYTHON=${PYTHON}
WORKDIR /repo/services/etl
COPY services/etl/pyproject.toml services/etl/uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project --no-install-package millrace-contracts
COPY shared/ /repo/shared/
COPY services/etl/ /repo/services/etl/
RUN uv sync --frozen --no-dev --no-editable && uv pip check --python /opt/venv/bin/python

FROM python
COPY --from=build /opt/venv /opt/venv
COPY services/etl/deploy/job.py /opt/millrace/job.py
# The base's own variables, PATH among them, and its entry point stay as they are.
ENV PYSPARK_PYTHON=/opt/venv/bin/python PYSPARK_DRIVER_PYTHON=/opt/venv/bin/python
USER hadoop:hadoop
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="millrace-etl-emr" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
