# A build of the skeleton comes first, and the sources are older than it.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release --recipe-path recipe.json
RUN cargo build --release && cargo fetch && cargo clean --release -p shelf
COPY crates crates
RUN find crates -type f -exec touch -d 2001-01-01 {} + && cargo build --release --offline
RUN ./target/release/app
