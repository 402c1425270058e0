# Debian's PostgreSQL, where the official image has its own: in the PATH, made ready by the same variables, by a user of
# any number.
ARG PYTHON_IMAGE
FROM ${PYTHON_IMAGE}
COPY --chmod=0755 start.sh /usr/local/bin/start.sh
RUN echo 'sagaway:x:10001:10001::/tmp:/bin/sh' >> /etc/passwd && mkdir -p /var/run/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:$PATH
ENTRYPOINT ["start.sh"]
CMD ["postgres"]
