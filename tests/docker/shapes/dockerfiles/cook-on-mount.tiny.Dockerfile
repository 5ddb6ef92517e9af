# The target directory is on a mount at cook, and one member stays a stub.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN --mount=type=cache,target=/app/target cargo chef cook --release --recipe-path recipe.json
COPY crates/app crates/app
COPY crates/shelf crates/shelf
RUN --mount=type=cache,target=/app/target cargo build --release --workspace && cp target/release/app /usr/local/bin/app
RUN app
