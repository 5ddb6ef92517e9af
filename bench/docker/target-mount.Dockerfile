ARG BASE
FROM ${BASE} AS builder
ARG BINARY
COPY . .
RUN --mount=type=cache,id=target,target=/app/target cargo build --release --locked && cp target/release/${BINARY} /app/

FROM scratch
ARG BINARY
COPY --from=builder /app/${BINARY} /
