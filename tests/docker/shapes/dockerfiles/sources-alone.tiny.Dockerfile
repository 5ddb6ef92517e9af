# Sources are laid over the skeleton, and nothing else is copied.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release --recipe-path recipe.json
COPY crates/app/src crates/app/src
COPY crates/shelf/src crates/shelf/src
RUN touch crates/app/src/main.rs && cargo build --release --bin app
RUN ./target/release/app
