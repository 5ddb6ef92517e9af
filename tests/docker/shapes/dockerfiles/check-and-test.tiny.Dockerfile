# Cooked for check, clippy and tests.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --check --all-targets --recipe-path recipe.json && cargo chef cook --clippy --all-targets --recipe-path recipe.json && cargo chef cook --all-targets --recipe-path recipe.json
COPY . .
RUN cargo check --all-targets && cargo clippy --all-targets && cargo test && cargo build
RUN ./target/debug/app
