ARG BASE
FROM ${BASE} AS builder
ENV RUSTC_WRAPPER=sccache SCCACHE_DIR=/sccache
COPY . .
RUN --mount=type=cache,id=sccache,target=/sccache cargo build --release --locked

FROM scratch
ARG BINARY
COPY --from=builder /app/target/release/${BINARY} /
