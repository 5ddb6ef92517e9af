# A static program in an image that holds nothing else.
#
#   docker build -f static.Dockerfile -t app .
#   docker build -t app --build-arg TARGET=aarch64-unknown-linux-musl .   # on an arm64 builder
#
# With TARGET=x86_64-unknown-linux-gnu it is linked statically against glibc instead. A
# dependency with C code needs a C compiler for the target (for musl: apt-get install musl-tools).
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG TARGET=x86_64-unknown-linux-musl

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app
# Declared before planner and builder part, so both have them. As there is a --target, the flags
# reach neither build scripts nor macros.
ARG TARGET
ENV RUSTFLAGS="-C target-feature=+crt-static"

FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked --bin app --target "$TARGET"

FROM base AS builder
RUN rustup target add "$TARGET"
COPY --from=planner /app/recipe.json .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder build && install -D "target/$TARGET/release/app" /out/app

FROM scratch
COPY --from=builder /out/app /app
ENTRYPOINT ["/app"]
