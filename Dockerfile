# One image for every role: docker run sluice streams-app ..., request-api ..., topics ..., rules ...
#
#   docker build -t sluice .
#
# Whoever has built the jars already, or cannot run Maven in a container, hands them in instead of the first stage:
#
#   docker build -t sluice --build-context built=target/stack/built .
ARG JDK=docker.io/library/eclipse-temurin:25-jdk
ARG BASE=docker.io/library/debian:trixie-slim

# The jars of the roles with their bill of materials and licences in dist/, and those of a broker in broker/.
FROM docker.io/library/maven:3.9-eclipse-temurin-25 AS built
WORKDIR /src
COPY . .
RUN mvn -B -q -pl dist -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
 && deploy/image/collect.sh /

# The Java runtime with the modules that the roles use, and the native libraries beside their jars.
FROM ${JDK} AS prepared
COPY deploy/image/natives.sh deploy/image/runtime.sh deploy/image/Shrink.java /build/
COPY --from=built /dist /dist
RUN sh /build/natives.sh /dist/lib /native \
 && java /build/Shrink.java /dist/lib api- proto-google-common-protos- \
 && sh /build/runtime.sh /dist/lib /java
# The class path is spelt out in one order, since an AOT cache fits no other.
RUN printf '%s\n' \
      "-cp $(find /dist/lib -name '*.jar' -printf '/opt/sluice/lib/%f\n' | LC_ALL=C sort | paste -sd:)" \
      -Djava.library.path=/opt/sluice/native -Dorg.xerial.snappy.use.systemlib=true -Djava.awt.headless=true \
      --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      -XX:+UseCompactObjectHeaders -XX:-UsePerfData > /java.args \
 && mkdir /empty

# Of Debian, a shell, a few programs and the libraries: the rest is as large as the JVM, and nothing that a role runs.
FROM ${BASE} AS trimmed
COPY deploy/image/base.sh /build/
RUN sh /build/base.sh /root-of-image

FROM scratch AS runtime
COPY --from=trimmed /root-of-image/ /
LABEL org.opencontainers.image.title="Sluice" \
      org.opencontainers.image.description="Distributed admission control on Kafka Streams" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY --from=prepared /java /opt/sluice/java
COPY --from=prepared /native /opt/sluice/native
COPY --from=prepared /dist/lib /opt/sluice/lib
COPY --from=prepared /dist/bom.json /dist/THIRD-PARTY.txt /opt/sluice/
COPY LICENSE /opt/sluice/
COPY deploy/image/sluice deploy/image/sluice-health /usr/local/bin/
COPY --from=prepared /java.args /opt/sluice/
# A volume that is mounted over one of these belongs to the user of the image.
COPY --from=prepared --chown=10001:10001 /empty/ /var/lib/sluice/
COPY --from=prepared --chown=10001:10001 /empty/ /etc/sluice/

# The training run needs a broker, which the image does not have.
FROM runtime AS trained
ARG TRAINING_SECONDS=30
COPY --from=prepared /opt/java/openjdk /opt/jdk
COPY --from=built /broker /broker
COPY deploy/image/NativesCheck.java deploy/image/TrainingRun.java /build/
RUN /opt/jdk/bin/java @/opt/sluice/java.args -Djava.io.tmpdir=/nonexistent /build/NativesCheck.java \
 && /opt/jdk/bin/java -Xmx1g -cp '/broker/lib/*' /build/TrainingRun.java "${TRAINING_SECONDS}"

FROM runtime
COPY --from=trained /opt/sluice/sluice.aot /opt/sluice/
USER 10001:10001
WORKDIR /var/lib/sluice
# A role needs no other place to write to, so its root may be read-only. --state-dir is a volume.
ENV SLUICE_STATE_DIR=/var/lib/sluice/state
EXPOSE 8080 8081 8082 8083
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["sluice-health"]
ENTRYPOINT ["sluice"]
CMD ["--help"]
