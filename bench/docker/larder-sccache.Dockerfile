ARG BASE
FROM ${BASE} AS planner
COPY . .
RUN cargo larder prepare -- build --release --locked

FROM ${BASE} AS cook
ENV RUSTC_WRAPPER=sccache SCCACHE_DIR=/sccache
COPY --from=planner /app/recipe.json recipe.json
RUN --mount=type=cache,id=sccache,target=/sccache cargo larder cook

FROM cook AS builder
COPY . .
RUN --mount=type=cache,id=sccache,target=/sccache cargo larder build

FROM scratch
ARG BINARY
COPY --from=builder /app/target/release/${BINARY} /
