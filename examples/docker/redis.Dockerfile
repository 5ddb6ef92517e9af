# Several builders share what they compile, by a Redis server that all of them reach. A builder
# that has neither the layers nor a cache mount of the others takes the crates from there.
#
#   echo redis://cache.example:6379 >redis-url
#   docker build -f redis.Dockerfile --secret id=redis,src=redis-url -t app .
#
# The URL is a secret: it may hold a password, and a secret is no part of what a layer is cached
# by, so builders that reach the server under different names share their layers as well.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

# Where sccache comes from: sccache-from-source, or an image that has it as /bin/sccache.
ARG SCCACHE=sccache-from-source

FROM ${LARDER_IMAGE} AS larder

# Debian's knows no Redis, and is replaced where the image has it. Compiled once, in some minutes.
FROM ${RUST_IMAGE} AS sccache-from-source
RUN cargo install sccache --version 0.19.0 --locked --no-default-features --features redis --root / --force

FROM ${SCCACHE} AS sccache

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
COPY --from=sccache /bin/sccache /usr/local/bin/
ENV RUSTC_WRAPPER=sccache CARGO_INCREMENTAL=0
WORKDIR /app

FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked --bin app

FROM base AS builder
COPY --from=planner /app/recipe.json .
# Before 0.8 sccache called the variable SCCACHE_REDIS. --stop-server waits for the last write, and
# prints what was found.
RUN --mount=type=secret,id=redis,required \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    SCCACHE_REDIS_ENDPOINT="$(cat /run/secrets/redis)" && export SCCACHE_REDIS_ENDPOINT \
    && cargo larder cook && sccache --stop-server
COPY . .
RUN --mount=type=secret,id=redis,required \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    SCCACHE_REDIS_ENDPOINT="$(cat /run/secrets/redis)" && export SCCACHE_REDIS_ENDPOINT \
    && cargo larder build && sccache --stop-server

FROM ${RUNTIME_IMAGE}
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]
