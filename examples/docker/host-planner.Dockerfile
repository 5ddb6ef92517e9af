# No planner stage: the recipe is made before `docker build` and is part of the context. For
# builders whose COPY --from is not cached by content (Kaniko, for one), and where the context
# should reach the builder last.
#
#   cargo-larder prepare -- build --release --locked --bin app
#   docker build -f host-planner.Dockerfile -t app .
#
# `prepare` needs neither cargo nor rustc, so any machine that has the program can run it. The
# .dockerignore beside this file lets recipe.json in.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS builder
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app
COPY recipe.json .
RUN cargo larder cook
COPY . .
# --strict: a recipe that does not fit the sources any more is an error, not a slow build.
RUN cargo larder build --strict

FROM ${RUNTIME_IMAGE}
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]
