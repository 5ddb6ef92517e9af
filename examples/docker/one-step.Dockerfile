# No cook layer: one step builds the program, and takes everything that has not changed from a store
# of compiled units on a cache mount. The target directory is in memory, so it is in no layer. For
# machines that keep their cache mounts. Where they are lost, all is compiled again; there, a cook
# layer can come from a registry (Dockerfile).
#
#   docker build -f one-step.Dockerfile -t app .
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS builder
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app
# The store has no crates that were compiled incrementally, which the dev profile does.
ENV CARGO_INCREMENTAL=0
COPY . .
# For a target directory that is larger than the memory, leave out the tmpfs.
RUN --mount=type=cache,target=/store \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    --mount=type=tmpfs,target=/app/target \
    cargo larder prepare -- build --release --locked --bin app \
    && cargo larder build --store /store \
    && cp target/release/app /usr/local/bin/

FROM ${RUNTIME_IMAGE}
COPY --from=builder /usr/local/bin/app /usr/local/bin/
CMD ["app"]
