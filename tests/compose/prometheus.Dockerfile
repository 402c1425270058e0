# Debian's Prometheus, where the official image has its own: same path, user and folder, and busybox for health checks.
ARG PYTHON_IMAGE
FROM ${PYTHON_IMAGE}
RUN ln -s /bin/busybox /usr/local/bin/wget && mkdir /prometheus && chown 65534:65534 /prometheus
COPY prometheus /bin/prometheus
USER 65534:65534
WORKDIR /prometheus
ENTRYPOINT ["/bin/prometheus"]
