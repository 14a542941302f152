#!/bin/sh
# Takes the native libraries of this machine's kind out of the jars, so that none is unpacked at a start, and drops
# those of other kinds: natives.sh JARS NATIVES
set -eu
jars=$1
natives=$2
mkdir -p "$natives"

case "$(uname -m)" in
  x86_64) java=amd64 snappy=x86_64 rocksdb=linux64 netty=x86_64 ;;
  aarch64) java=aarch64 snappy=aarch64 rocksdb=linux-aarch64 netty=aarch_64 ;;
  *) echo "machine: $(uname -m) (expected: x86_64 or aarch64)" >&2; exit 1 ;;
esac

# One jar, the library in it, and the folder or pattern of all libraries in it.
take() {
  jar=$(ls "$jars"/$1-[0-9]*.jar)
  open=$(mktemp -d)
  (cd "$open" && jar --extract --file "$jar")
  # Patterns, since the library of zstd has its version in its name, and Netty has two.
  cp "$open"/$2 "$natives/"
  for each in $3; do rm -rf "${open:?}"/$each; done
  jar --create --file "$jar" --manifest "$open/META-INF/MANIFEST.MF" --date 2026-01-01T00:00:00Z \
    -C "$open" .
  rm -rf "$open"
}

take rocksdbjni "librocksdbjni-$rocksdb.so" 'librocksdbjni-*'
take lz4-java "net/jpountz/util/linux/$java/liblz4-java.so" \
  'net/jpountz/util/linux net/jpountz/util/darwin net/jpountz/util/windows'
take zstd-jni "linux/$java/libzstd-jni-*.so" 'linux darwin win freebsd aix'
take snappy-java "org/xerial/snappy/native/Linux/$snappy/libsnappyjava.so" 'org/xerial/snappy/native'
take grpc-netty-shaded "META-INF/native/*_$netty.so" 'META-INF/native'
chmod 0644 "$natives"/*
