# The workspace is a directory of the repository, here `backend`, and the context is the whole
# repository.
#
#   docker build -f backend/subdirectory.Dockerfile -t app .      # in the repository's root
#
# Both stages lay it out where it is in the repository and work in its directory, so that path
# dependencies beside it (`../shared`) and what cargo finds above it (`.cargo/config.toml`,
# `rust-toolchain.toml`) keep their places.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /repository/backend

FROM base AS planner
COPY backend .
# What lies beside or above the workspace is copied here and in the builder, if there is any:
# COPY shared /repository/shared
# COPY .cargo /repository/.cargo
RUN cargo larder prepare -- build --release --locked --bin app

FROM base AS builder
COPY --from=planner /repository/backend/recipe.json .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook
COPY backend .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder build

FROM ${RUNTIME_IMAGE}
COPY --from=builder /repository/backend/target/release/app /usr/local/bin/
CMD ["app"]
