# A store of compiled units as an image, for machines that start empty: they take from there what
# has not changed, and compile the rest. On a machine that keeps its disk, a cache mount does it.
#
# Where the image is made, from the main branch, say (push it):
#   docker build -f store-image.Dockerfile --target store -t REGISTRY/app-store .
# Everywhere:
#   docker build -f store-image.Dockerfile --build-arg STORE_IMAGE=REGISTRY/app-store -t app .
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

# The units of earlier builds; without it, none.
ARG STORE_IMAGE=no-store

FROM ${LARDER_IMAGE} AS larder

FROM scratch AS no-store

# A stage of its own, as a mount's `from` does not expand arguments.
FROM ${STORE_IMAGE} AS known

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app

FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked --bin app

# Only for `--target store`: what this command needs, known or compiled here, and nothing older.
FROM base AS stored
COPY --from=planner /app/recipe.json .
RUN --mount=type=bind,from=known,target=/known \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook --store /tmp/store --store-from /known \
    && cargo larder store export --store /tmp/store --used /export \
    && rm -r /tmp/store

FROM scratch AS store
COPY --from=stored /export /

FROM base AS builder
COPY --from=planner /app/recipe.json .
RUN --mount=type=bind,from=known,target=/known \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook --store-from /known
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder build

FROM ${RUNTIME_IMAGE}
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]
