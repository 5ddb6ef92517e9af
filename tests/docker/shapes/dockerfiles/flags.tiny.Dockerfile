# One cook for each package, and flags in every spelling.
FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN for p in app admin; do cargo chef cook --release -p $p --recipe-path recipe.json; done
RUN cargo-chef chef cook --profile=release --package=app --bin app --features "digest" --target-dir=/out --recipe-path=recipe.json
COPY . .
RUN cargo build -rp app && cargo build -rp admin && cargo build -rp app --bin app -F digest --target-dir /out
RUN ./target/release/app
