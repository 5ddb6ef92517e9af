# A planner without Rust and without a shell: the image of cargo-larder itself. Editing the
# sources starts no Rust image for it, and a builder that does not hold the cook layer yet can
# plan before it pulls one.
#
#   docker build -f scratch-planner.Dockerfile -t app .
#
# Without a shell, RUN takes the form of a list, in which Docker expands no ARG.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS planner
WORKDIR /app
COPY . .
RUN ["/cargo-larder", "prepare", "--", "build", "--release", "--locked", "--bin", "app"]

FROM ${RUST_IMAGE} AS builder
COPY --from=planner /cargo-larder /usr/local/bin/
WORKDIR /app
COPY --from=planner /app/recipe.json .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder build

FROM ${RUNTIME_IMAGE}
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]
