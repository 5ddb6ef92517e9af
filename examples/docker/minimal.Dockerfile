# The smallest one: a dependency layer, no compiler cache, no cache mounts, so that any builder
# of Dockerfiles can run it.
#
#   docker build -f minimal.Dockerfile -t app .
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app

# Runs again at every change of the context, in milliseconds. What it hands on changes only when
# a dependency does.
FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked --bin app

FROM base AS builder
COPY --from=planner /app/recipe.json .
RUN cargo larder cook
COPY . .
RUN cargo larder build

FROM ${RUNTIME_IMAGE}
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]
