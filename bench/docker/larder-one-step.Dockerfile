ARG BASE
FROM ${BASE} AS builder
ARG BINARY
COPY . .
RUN --mount=type=cache,id=store,target=/store --mount=type=tmpfs,target=/app/target cargo larder prepare -- build --release --locked && cargo larder build --store /store && cp target/release/${BINARY} /app/

FROM scratch
ARG BINARY
COPY --from=builder /app/${BINARY} /
