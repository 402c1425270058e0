# A locally built Jaeger, where the official image has its own: same path, same user, and busybox for health checks.
ARG PYTHON_IMAGE
FROM ${PYTHON_IMAGE}
RUN ln -s /bin/busybox /usr/local/bin/wget
COPY jaeger-linux /cmd/jaeger/jaeger-linux
USER 10001
ENTRYPOINT ["/cmd/jaeger/jaeger-linux"]
