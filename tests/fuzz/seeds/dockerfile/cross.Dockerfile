# Images for several platforms, all compiled on the builder's own, without emulation.
#
#   docker buildx build -f cross.Dockerfile --platform linux/amd64,linux/arm64 -t app .
#
# Planner and builder run on the builder's platform; --target comes from the platform that is
# asked for. One recipe serves all: `cook` and `build` may add a --target to the recorded command.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM --platform=$BUILDPLATFORM ${LARDER_IMAGE} AS larder

FROM --platform=$BUILDPLATFORM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app

FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked --bin app

# What differs between the platforms. CC_* is for C code in dependencies.
FROM base AS builder-amd64
ENV TARGET=x86_64-unknown-linux-gnu \
    CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=x86_64-linux-gnu-gcc \
    CC_x86_64_unknown_linux_gnu=x86_64-linux-gnu-gcc
RUN command -v x86_64-linux-gnu-gcc >/dev/null || { apt-get update \
    && apt-get install -y --no-install-recommends gcc-x86-64-linux-gnu libc6-dev-amd64-cross; }

FROM base AS builder-arm64
ENV TARGET=aarch64-unknown-linux-gnu \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
    CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc
RUN command -v aarch64-linux-gnu-gcc >/dev/null || { apt-get update \
    && apt-get install -y --no-install-recommends gcc-aarch64-linux-gnu libc6-dev-arm64-cross; }

FROM builder-${TARGETARCH} AS builder
RUN rustup target add "$TARGET"
COPY --from=planner /app/recipe.json .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook --target "$TARGET"
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder build --target "$TARGET" && install -D "target/$TARGET/release/app" /out/app

FROM ${RUNTIME_IMAGE}
COPY --from=builder /out/app /usr/local/bin/
CMD ["app"]
