# Root manifest and lock file are copied before cook, which leaves nothing then.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
COPY Cargo.toml Cargo.lock ./
RUN cargo chef cook --release --recipe-path recipe.json
COPY . .
RUN cargo clean --release -p app && cargo build --release -p app
RUN ./target/release/app
