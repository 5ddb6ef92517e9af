# Another tool builds the skeleton, then the sources.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --no-build --recipe-path recipe.json && cargo build --release --bin app
COPY . .
RUN cargo build --release --bin app
RUN ./target/release/app
