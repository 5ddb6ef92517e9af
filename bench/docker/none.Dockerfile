ARG BASE
FROM ${BASE} AS builder
COPY . .
RUN cargo build --release --locked

FROM scratch
ARG BINARY
COPY --from=builder /app/target/release/${BINARY} /
