# One static binary in an empty image.
#
#   docker build --tag tollgate .
#   docker run --rm -p 4317:4317 -p 4318:4318 -p 9464:9464 -v telemetry:/var/lib/tollgate tollgate

# Alpine's Rust links against musl, statically: the result needs nothing around it.
FROM rust:1.95-alpine3.22 AS build
RUN apk add --no-cache build-base
WORKDIR /src
COPY Cargo.toml Cargo.lock pipelines.toml ./
COPY proto proto
COPY src src
COPY benches benches
COPY integration-tests integration-tests
RUN cargo build --locked --release --bin tollgate \
 && mkdir -p /image/var/lib/tollgate /image/etc/tollgate \
 && cp target/release/tollgate /image/tollgate
COPY docs/compose/pipelines.toml /image/etc/tollgate/pipelines.toml

FROM scratch
# Nobody in particular; only the data folder is theirs.
COPY --from=build --chown=65532:65532 /image/ /
USER 65532:65532
WORKDIR /var/lib/tollgate
VOLUME /var/lib/tollgate
# OTLP over gRPC and HTTP, Prometheus exporter, admin.
EXPOSE 4317 4318 9464 8888
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 \
  CMD ["/tollgate", "health", "--admin", "127.0.0.1:8888"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/tollgate"]
CMD ["run", "--config", "/etc/tollgate/pipelines.toml"]
