ARG BASE
FROM ${BASE} AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked

FROM ${BASE} AS cook
COPY --from=planner /app/recipe.json recipe.json
RUN --mount=type=cache,id=store,target=/store cargo larder cook --store /store

FROM cook AS builder
COPY . .
RUN --mount=type=cache,id=store,target=/store cargo larder build --store /store

FROM builder AS exported
RUN --mount=type=cache,id=store,target=/store cargo larder store export --store /store --used /export

FROM scratch AS store
COPY --from=exported /export /

FROM scratch
ARG BINARY
COPY --from=builder /app/target/release/${BINARY} /
