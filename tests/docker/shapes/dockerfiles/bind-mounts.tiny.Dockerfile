# Recipe and sources are bound, not copied.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
RUN --mount=source=/app/recipe.json,target=recipe.json,from=planner cargo chef cook --release --recipe-path recipe.json --locked
RUN --mount=source=crates,target=crates --mount=source=Cargo.toml,target=Cargo.toml --mount=source=Cargo.lock,target=Cargo.lock cargo build --release --locked
RUN ./target/release/app
