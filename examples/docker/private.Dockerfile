# Dependencies from a private registry and from a git server behind ssh. Token and key are lent to
# the steps that ask the servers; neither is in the recipe nor in a layer.
#
#   docker build -f private.Dockerfile --secret id=registry-token,src=$HOME/token --ssh default \
#       --build-arg REGISTRY=COMPANY -t app .
#
# The repository's .cargo/config.toml says where the registry is, and that its token is looked for
# in the environment:
#
#   [registries.company]
#   index = "sparse+https://registry.example/index/"
#   [registry]
#   global-credential-providers = ["cargo:token"]
#
# and a file `known_hosts` in its root has the git server's key (ssh-keyscan HOST, compared with
# what the server's administrator says), as ssh can ask nobody here.
ARG RUST_IMAGE=rust:1
ARG LARDER_IMAGE=cargo-larder
ARG RUNTIME_IMAGE=debian:stable-slim

FROM ${LARDER_IMAGE} AS larder

FROM ${RUST_IMAGE} AS base
COPY --from=larder /cargo-larder /usr/local/bin/
# git itself asks the agent.
ENV CARGO_NET_GIT_FETCH_WITH_CLI=true
WORKDIR /app

# Needs no token: what the servers would say is in Cargo.lock.
FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked -p app

FROM base AS builder
COPY known_hosts /etc/ssh/ssh_known_hosts
COPY --from=planner /app/recipe.json .
ARG REGISTRY=COMPANY
# The sources stay in this layer; on a cache mount they would be gone on another machine. The runtime
# image has only the program.
RUN --mount=type=secret,id=registry-token,required --mount=type=ssh,required \
    export "CARGO_REGISTRIES_${REGISTRY}_TOKEN=$(cat /run/secrets/registry-token)" \
    && cargo larder cook
COPY . .
# Downloads nothing that is compiled. But cargo asks the servers about packages in Cargo.lock that
# this command does not need, such as optional dependencies: cook has left them out.
RUN --mount=type=secret,id=registry-token,required --mount=type=ssh,required \
    export "CARGO_REGISTRIES_${REGISTRY}_TOKEN=$(cat /run/secrets/registry-token)" \
    && cargo larder build

FROM ${RUNTIME_IMAGE}
COPY --from=builder /app/target/release/app /usr/local/bin/
CMD ["app"]
