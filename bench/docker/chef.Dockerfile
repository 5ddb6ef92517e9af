ARG BASE
FROM ${BASE} AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM ${BASE} AS cook
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release --locked --recipe-path recipe.json

FROM cook AS builder
COPY . .
RUN cargo build --release --locked

FROM scratch
ARG BINARY
COPY --from=builder /app/target/release/${BINARY} /
