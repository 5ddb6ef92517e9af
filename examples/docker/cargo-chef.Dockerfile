# A Dockerfile for cargo-chef: only the program is another one, under cargo-chef's name.
#
#   docker build -f cargo-chef.Dockerfile -t app .
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS chef
# Here stood: RUN cargo install cargo-chef --locked
COPY --from=larder /cargo-larder /usr/local/cargo/bin/cargo-chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release --recipe-path recipe.json --bin app
COPY . .
RUN cargo build --release --bin app

FROM ${RUNTIME_IMAGE} AS runtime
COPY --from=builder /app/target/release/app /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/app"]
