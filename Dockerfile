# One image for every program; `mvn package` comes first, or one run of bin/ringmirror.
#   docker build -t ringmirror . && docker run --rm ringmirror --help
FROM eclipse-temurin:17-jre
RUN useradd --create-home --uid 10001 ringmirror \
 && mkdir -p /var/lib/ringmirror \
 && chown ringmirror /var/lib/ringmirror
COPY bin/ringmirror /opt/ringmirror/bin/ringmirror
COPY ringmirror/target/lib /opt/ringmirror/lib
ENV PATH=/opt/ringmirror/bin:$PATH \
    RINGMIRROR_DATA_DIR=/var/lib/ringmirror
USER ringmirror
WORKDIR /var/lib/ringmirror
VOLUME /var/lib/ringmirror
EXPOSE 10809 10810
# Servers are started with --ready-file /tmp/ready; other commands end before anybody asks.
HEALTHCHECK --interval=2s --timeout=5s --start-period=60s --retries=5 CMD ["test", "-f", "/tmp/ready"]
ENTRYPOINT ["ringmirror"]
CMD ["--help"]
