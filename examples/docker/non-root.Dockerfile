# The builder itself runs as an ordinary user: cook, build, cargo's and sccache's caches.
#
#   docker build -f non-root.Dockerfile --build-arg LARDER_IMAGE=NAME -t app .
ARG RUST_IMAGE=rust:1
ARG RUNTIME_IMAGE=debian:stable-slim
ARG LARDER_IMAGE=cargo-larder

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
RUN command -v sccache >/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends sccache && rm -rf /var/lib/apt/lists/*; }
COPY --from=larder /cargo-larder /usr/local/bin/
# WORKDIR makes a directory for root, whatever USER says: so /app is made here. rust:1 lets anybody
# write to CARGO_HOME and RUSTUP_HOME.
RUN useradd --uid 1000 --create-home builder && install -d -o builder -g builder /app
ENV SCCACHE_DIR=/sccache RUSTC_WRAPPER=sccache CARGO_INCREMENTAL=0
USER 1000:1000
WORKDIR /app

FROM base AS planner
# Without --chown the files are root's: prepare can read them, but not write recipe.json beside them.
COPY --chown=1000:1000 . .
RUN cargo larder prepare -- build --release --locked --bin app

FROM base AS builder
COPY --from=planner --chown=1000:1000 /app/recipe.json .
# A mount belongs to root unless it is told otherwise. These have ids of their own: a mount is known by
# its path alone, and root's are not for this user.
RUN --mount=type=cache,id=builder-sccache,target=/sccache,uid=1000,gid=1000 \
    --mount=type=cache,id=builder-registry,target=/usr/local/cargo/registry,uid=1000,gid=1000 \
    --mount=type=cache,id=builder-git,target=/usr/local/cargo/git/db,uid=1000,gid=1000 \
    sccache --start-server && cargo larder cook && sccache --stop-server
COPY --chown=1000:1000 . .
RUN --mount=type=cache,id=builder-sccache,target=/sccache,uid=1000,gid=1000 \
    --mount=type=cache,id=builder-registry,target=/usr/local/cargo/registry,uid=1000,gid=1000 \
    --mount=type=cache,id=builder-git,target=/usr/local/cargo/git/db,uid=1000,gid=1000 \
    sccache --start-server && cargo larder build && sccache --stop-server

FROM ${RUNTIME_IMAGE} AS runtime
COPY --from=builder /app/target/release/app /usr/local/bin/app
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/app"]
