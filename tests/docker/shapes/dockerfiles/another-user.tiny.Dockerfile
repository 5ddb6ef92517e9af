# Cook and build run as a user who owns the directory and not the recipe.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
RUN mkdir -p /app && chown -R nobody: /app /usr/local/cargo
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
USER nobody
ENV HOME=/tmp
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release
COPY --chown=nobody . .
RUN cargo build --release
RUN ./target/release/app
