# Two images: `orchestrator` (the command `sagaway`) and `shop` (the same, and the example's four services).
#
#   docker build --target orchestrator -t sagaway .
#   docker build --target shop -t sagaway-shop .
#
# PYTHON_IMAGE is any image with Python 3.11+, its venv module and the system's CA certificates; it is used by all
# stages, since a virtual environment must find the interpreter it was made with. What pip needs where PyPI is not
# reached directly comes as secrets, which leave no trace in the image (docs/deployment.md):
#   --secret id=pip.conf,src=/etc/pip.conf
ARG PYTHON_IMAGE=python:3.11.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/sagaway
WORKDIR /src
# First the libraries, by themselves: this layer lasts until pyproject.toml changes.
COPY pyproject.toml README.md ./
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    /opt/sagaway/bin/python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
extras = project['optional-dependencies']; wanted = project['dependencies'] + extras['server'] + extras['participant'] + extras['tracing'] + extras['choreography'] + extras['postgresql']; \
print(*(each for each in wanted if not each.startswith('sagaway[')), sep='\n')" > requirements.txt \
    && /opt/sagaway/bin/pip install --requirement requirements.txt
COPY sagaway/ sagaway/
COPY orchestrator/ orchestrator/
COPY generated/ generated/
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf /opt/sagaway/bin/pip install --no-deps .
# Bytecode now: the root of a running container is read-only.
RUN /opt/sagaway/bin/python -m compileall -q /opt/sagaway/lib

FROM ${PYTHON_IMAGE} AS orchestrator
ENV PATH=/opt/sagaway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/sagaway /opt/sagaway
COPY deploy/compose/health.py /opt/sagaway/health.py
# Made here, so that a new volume mounted on one of them belongs to the user who runs. Of the folders with secrets each
# party of the stack sees its own only.
RUN mkdir /etc/sagaway && cd /etc/sagaway \
    && set -- /var/lib/sagaway /var/lib/database authority orchestrator participants client bus database \
    && mkdir -p "$@" && chown 10001:10001 "$@" && chmod 0700 "$@"
USER 10001:10001
WORKDIR /var/lib/sagaway
ENTRYPOINT ["sagaway"]
CMD ["serve"]

FROM orchestrator AS shop
COPY participants/ /opt/shop/participants/
ENV PYTHONPATH=/opt/shop
ENTRYPOINT ["python", "-m"]
CMD ["participants.shop.order", "--help"]
