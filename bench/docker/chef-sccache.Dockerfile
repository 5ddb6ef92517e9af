ARG BASE
FROM ${BASE} AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM ${BASE} AS cook
ENV RUSTC_WRAPPER=sccache SCCACHE_DIR=/sccache
COPY --from=planner /app/recipe.json recipe.json
RUN --mount=type=cache,id=sccache,target=/sccache cargo chef cook --release --locked --recipe-path recipe.json

FROM cook AS builder
COPY . .
RUN --mount=type=cache,id=sccache,target=/sccache cargo build --release --locked

FROM scratch
ARG BINARY
COPY --from=builder /app/target/release/${BINARY} /
