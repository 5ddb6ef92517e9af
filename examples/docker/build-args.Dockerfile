# Features and profile chosen from outside.
#
#   docker build -f build-args.Dockerfile -t app .
#   docker build -t app --build-arg FEATURES=metrics,tls --build-arg PROFILE=dist .
#
# Both are declared in the planner, which writes them into the recipe: another choice is another
# recipe, and its dependencies are cooked. An empty FEATURES is the same as none. The builder has
# them from the recipe. Declared in the builder alone they would come too late, and cook says so.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim
ARG PROFILE=release

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
WORKDIR /app

FROM base AS planner
COPY . .
ARG FEATURES=
ARG PROFILE
RUN cargo larder prepare -- \
    build --locked --bin app --profile "$PROFILE" --features "$FEATURES"

FROM base AS builder
COPY --from=planner /app/recipe.json .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder cook
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    cargo larder build
# Only where the program lies depends on the profile here, and an ARG is part of every later step:
# so it comes last. The profile `dev` is the one whose directory has another name, `debug`.
ARG PROFILE
RUN install -D "target/$(echo "$PROFILE" | sed 's/^dev$/debug/')/app" /out/app

FROM ${RUNTIME_IMAGE}
COPY --from=builder /out/app /usr/local/bin/
CMD ["app"]
