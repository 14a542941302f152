#!/bin/sh
# What the Dockerfile's stage "built" holds, out of a build of Maven: collect.sh DIRECTORY
set -eu
cd "$(dirname "$0")/../.."
out=$1
mkdir -p "$out/dist" "$out/broker/lib"
cp -r dist/target/lib dist/target/bom.json dist/target/THIRD-PARTY.txt "$out/dist/"
cp cli/target/lib/*.jar "$out/broker/lib/"
