# The layers of larder-local on a machine whose mounts are empty; the store comes from an image.
ARG BASE
ARG STORE
FROM ${STORE} AS known

FROM ${BASE} AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked

FROM ${BASE} AS cook
COPY --from=planner /app/recipe.json recipe.json
RUN --mount=type=cache,id=store,target=/store cargo larder cook --store /store

FROM cook AS builder
COPY . .
RUN --mount=type=bind,from=known,target=/known cargo larder build --store-from /known

FROM scratch
ARG BINARY
COPY --from=builder /app/target/release/${BINARY} /
