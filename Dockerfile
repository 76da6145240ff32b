# A static program and nothing else: docker run --rm -v "$PWD:/reports:ro" tieout
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
ARG TIEOUT_COMMIT
RUN cargo build --release --locked && strip target/release/tieout

FROM scratch
COPY --from=build /source/target/release/tieout /tieout
WORKDIR /reports
USER 1000:1000
ENTRYPOINT ["/tieout"]
CMD ["check"]
