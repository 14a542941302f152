#!/bin/sh
# Links a Java runtime with the modules that the jars need: runtime.sh JARS RUNTIME
set -eu

# What jdeps cannot see. Kafka's SASL mechanisms and their callbacks, recordings (jfr) and jcmd for whoever looks into
# a server, agents, JMX.
unseen=java.instrument,java.logging,java.xml,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management.agent,jdk.naming.dns
unseen=$unseen,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.zipfs

# Of the desktop, libraries touch the annotations of beans, and can do without.
seen=$(jdeps --print-module-deps --ignore-missing-deps --multi-release 25 --class-path "$1/*" "$1"/*.jar \
  | grep -v '^Warning' | tail -1 | tr ',' '\n' | grep -vx java.desktop | paste -sd,)

jlink --add-modules "$seen,$unseen" --no-man-pages --no-header-files --compress zip-6 --output "$2"
"$2/bin/java" --list-modules | paste -sd' '
