# sccache in the place of the store: for machines that use it already, or a cache that several
# builders share (S3, GCS, memcached; for Redis see redis.Dockerfile).
#
#   docker build -f sccache.Dockerfile -t app .
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
# Debian's sccache, where the image has none.
RUN command -v sccache >/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends sccache && rm -rf /var/lib/apt/lists/*; }
COPY --from=larder /cargo-larder /usr/local/bin/
# It does not take incremental compilation.
ENV SCCACHE_DIR=/sccache RUSTC_WRAPPER=sccache CARGO_INCREMENTAL=0
WORKDIR /app

FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked --bin app

FROM base AS builder
COPY --from=planner /app/recipe.json .
# --stop-server waits for sccache's last write and prints what was found; it wants a server, and one
# is started by itself only where something is compiled.
RUN --mount=type=cache,target=/sccache \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    sccache --start-server && cargo larder cook && sccache --stop-server
COPY . .
RUN --mount=type=cache,target=/sccache \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    sccache --start-server && cargo larder build && sccache --stop-server

FROM ${RUNTIME_IMAGE}
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]
