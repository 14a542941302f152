# Images for a machine that reaches no registry; for deploy/stack/stack.sh, which has set root, work and say.

# Whether the image can be had as it is.
pulled() {
  podman image exists "$1" || { [ "$reachable" = yes ] && podman pull -q "$1" >/dev/null; }
}

stand_in_debian() {
  local rootfs="$work/rootfs"
  rm -rf "$rootfs"
  debootstrap --variant=minbase trixie "$rootfs" > "$work/debootstrap.log" 2>&1 \
    || { tail -5 "$work/debootstrap.log" >&2; return 1; }
  # What Debian's slim images leave out, too.
  rm -rf "$rootfs"/var/lib/apt/lists/* "$rootfs"/var/cache/apt/* "$rootfs"/var/log/* \
    "$rootfs"/usr/share/{doc,man,locale,info,lintian}/*
  tar -C "$rootfs" -c . | podman import -q - "$1" >/dev/null
  rm -rf "$rootfs"
}

stand_in_jdk() {
  local home="" each
  for each in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -x "$each/bin/jlink" ] && grep -q '^JAVA_VERSION="25' "$each/release" 2>/dev/null; then home=$each; fi
  done
  [ -n "$home" ] || { echo "no JDK 25 is installed below /usr/lib/jvm, to stand in for $1" >&2; return 1; }
  rm -rf "$work/jdk" && mkdir "$work/jdk"
  # Its links lead to files of this machine.
  tar -C "$home" -ch --exclude=./src.zip --exclude=./demo . | tar -C "$work/jdk" -x
  podman build -q --network=none --build-context "home=$work/jdk" -t "$1" "$stand_ins/jdk" >/dev/null
  rm -rf "$work/jdk"
}

stand_in_kafka() {
  podman build -q --network=none --build-context "broker=$work/built/broker" -t "$1" "$stand_ins/kafka" >/dev/null
}

# Debian's packages come over the network of this machine.
stand_in_nginx() { podman build -q --network=host -t "$1" "$stand_ins/nginx" >/dev/null; }
stand_in_prometheus() { podman build -q --network=host -t "$1" "$stand_ins/prometheus" >/dev/null; }

# Pulls every image that the Dockerfile and the compose files name, or makes something that behaves like it.
# Services without either are named in the variable "missing".
base_images() {
  local stand_ins="$root/deploy/stack/stand-ins" reachable=no image
  if curl -s -o /dev/null --max-time 5 https://registry-1.docker.io/v2/; then reachable=yes; fi
  missing=""
  for image in "$@"; do
    if pulled "$image"; then continue; fi
    case "$image" in
      */debian:*) say "stand-in for $image: debootstrap"; stand_in_debian "$image" ;;
      */eclipse-temurin:*) say "stand-in for $image: the JDK of this machine"; stand_in_jdk "$image" ;;
      */apache/kafka:*) say "stand-in for $image: Kafka's server of the build"; stand_in_kafka "$image" ;;
      */nginx:*) say "stand-in for $image: Debian's nginx"; stand_in_nginx "$image" ;;
      */prometheus:*) say "stand-in for $image: Debian's Prometheus"; stand_in_prometheus "$image" ;;
      */grafana:*) say "no $image can be had here: the stack starts without it"; missing="$missing grafana" ;;
      *) echo "image: $image (expected: one that deploy/stack/stand-ins.sh knows)" >&2; return 1 ;;
    esac
  done
}
