# Every contender starts from this image. It has all tools, and all crates of the project as
# `cargo fetch` leaves them, so that no measurement waits for the network.
ARG IMAGE
FROM ${IMAGE}
COPY cargo-larder cargo-chef sccache /usr/local/cargo/bin/
COPY registry /usr/local/cargo/registry
ENV CARGO_NET_OFFLINE=true
WORKDIR /app
