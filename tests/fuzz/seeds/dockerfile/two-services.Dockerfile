# Two services of one workspace, each in an image of its own, from one builder and one cook layer.
#
#   docker build -f two-services.Dockerfile --target app -t app .
#   docker build -f two-services.Dockerfile --target admin -t admin .
#
# The second build finds everything but its own runtime stage in the cache. Both programs are
# named in one command, so that cargo unites the features that they ask of a dependency: it is
# compiled once for both.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app

FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked --bin app --bin admin

FROM base AS builder
COPY --from=planner /app/recipe.json .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder build

FROM ${RUNTIME_IMAGE} AS runtime

FROM runtime AS app
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]

FROM runtime AS admin
COPY --from=builder /app/target/release/admin /usr/local/bin/
CMD ["admin"]
