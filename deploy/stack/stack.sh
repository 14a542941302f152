#!/usr/bin/env bash
# ./dev stack: builds the image, brings both compose files up with Podman, drives them from outside, kills containers,
# and holds what they recorded against the log. What it starts it takes down, however it ends; images stay as a cache
# below target/stack.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
work="$root/target/stack"
cd "$root"
# shellcheck source=deploy/stack/stand-ins.sh
. deploy/stack/stand-ins.sh

image=localhost/sluice:0.2.0
image_bytes_max=250000000
compose_version=1.6.0
up_within_seconds=300
started=$SECONDS

say() { echo "stack: $((SECONDS - started)) s: $*"; }
fail() { echo "stack: $*" >&2; exit 1; }

usage() {
  cat <<'TEXT'
./dev stack            everything: image, docker-compose.yml, compose.single.yml
./dev stack image      the image alone
./dev stack full       the image and docker-compose.yml
./dev stack single     the image and compose.single.yml
./dev stack clean      removes the cached images
--seconds N            load between two faults (default: 15)
TEXT
}

# Podman

check_tools() {
  [ "$(id -u)" = 0 ] || fail "user: $(id -un) (expected: root, whose containers have networks of their own)"
  local absent="" each
  for each in podman runc iptables debootstrap python3 curl; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "$each" >/dev/null || absent="$absent $each"
  done
  for each in netavark aardvark-dns; do
    [ -x "/usr/lib/podman/$each" ] || [ -x "/usr/libexec/podman/$each" ] || absent="$absent $each"
  done
  [ -z "$absent" ] || fail "not installed:$absent (expected: apt-get install podman runc netavark aardvark-dns" \
    "iptables debootstrap python3-venv curl)"
}

# Settings of our own: nothing of /etc/containers and of other containers of this machine is touched.
configure() {
  mkdir -p "$work/networks" "$work/tmp"
  local cgroups=cgroupfs
  [ -d /run/systemd/system ] && cgroups=systemd
  cat > "$work/storage.conf" <<TEXT
[storage]
driver = "overlay"
runroot = "$work/run"
graphroot = "$work/images"
TEXT
  cat > "$work/containers.conf" <<TEXT
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "$cgroups"
events_logger = "file"
tmp_dir = "$work/tmp"
[network]
network_backend = "netavark"
network_config_dir = "$work/networks"
TEXT
  export CONTAINERS_STORAGE_CONF="$work/storage.conf" CONTAINERS_CONF="$work/containers.conf"
}

# podman-compose, of a version that is known to work.
install_compose() {
  compose="$work/venv/bin/podman-compose"
  if [ ! -x "$compose" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q "podman-compose==$compose_version"
  fi
}

# Containers, volumes and networks of both files; only those, since the storage is ours alone.
take_down() {
  set +e
  [ -z "${load_pid:-}" ] || { kill "$load_pid" 2>/dev/null; wait "$load_pid" 2>/dev/null; }
  if [ -n "${CONTAINERS_CONF:-}" ]; then
    podman rm -fa -t 5 >/dev/null 2>&1
    podman volume prune -f >/dev/null 2>&1
    podman network prune -f >/dev/null 2>&1
    podman image prune -f >/dev/null 2>&1
  fi
  set -e
}

ended() {
  local code=$?
  trap - EXIT INT TERM
  if [ "$code" != 0 ] && [ -n "${CONTAINERS_CONF:-}" ]; then keep_logs; fi
  take_down
  [ "$code" = 0 ] || echo "stack: failed after $((SECONDS - started)) s; logs of the containers: $work/logs" >&2
  exit "$code"
}

keep_logs() {
  mkdir -p "$work/logs"
  local name
  for name in $(podman ps -a --format '{{.Names}}'); do
    podman logs "$name" > "$work/logs/$name.log" 2>&1 || true
  done
}

# The image

build_image() {
  say "jars"
  mvn -B -q -pl dist,cli -am package -DskipUnitTests=true -Dspotless.check.skip=true
  rm -rf "$work/built"
  deploy/image/collect.sh "$work/built"
  # shellcheck disable=SC2046
  base_images $(sed -n 's/^ARG [A-Z]*=\(docker.io.*\)/\1/p' Dockerfile | sort -u) \
    $(sed -n 's/^ *image: \(docker.io.*\)/\1/p' docker-compose.yml compose.single.yml | sort -u)
  say "image"
  podman build -q --format docker --network=none --build-context "built=$work/built" -t "$image" . \
    > "$work/build.log" 2>&1 || { tail -40 "$work/build.log" >&2; fail "the image cannot be built"; }
  check_image
}

check_image() {
  local bytes line
  bytes=$(podman image inspect --format '{{.Size}}' "$image")
  say "image: $((bytes / 1000000)) MB, user $(podman image inspect --format '{{.User}}' "$image")"
  [ "$bytes" -lt "$image_bytes_max" ] || fail "image: $bytes bytes (expected: less than $image_bytes_max)"
  # With this mode a JVM ends if its cache does not fit.
  line=$(podman run --rm --no-healthcheck --network=none -e SLUICE_JAVA_OPTS="-XX:AOTMode=on -Xmx384m" "$image" \
    request-api --help 2>&1) || fail "the AOT cache does not fit: $line"
  # Nothing to write to, no network, no privileges: the native libraries are where they are looked for.
  run_alone topics list > "$work/topics.txt"
  grep -q '^sluice.requests.v1 ' "$work/topics.txt" || fail "topics list: $(head -1 "$work/topics.txt")"
  line=$(run_alone dev 2>&1) && fail "sluice dev runs in the image (expected: no broker in it)"
  case "$line" in
    "sluice: no broker is installed here "*) say "sluice dev: ${line%% (*}" ;;
    *) fail "sluice dev: $line (expected: that no broker is installed)" ;;
  esac
  podman run --rm --no-healthcheck --network=none --entrypoint sh "$image" -c \
    'ls /opt/sluice/lib' > "$work/jars.txt"
  ! grep -E '^(kafka_|kafka-server|kafka-storage|scala-|sluice-broker)' "$work/jars.txt" \
    || fail "the image has jars of the broker"
}

run_alone() {
  podman run --rm --no-healthcheck --read-only --read-only-tmpfs=false --network=none --cap-drop=all "$image" "$@"
}

# A stack

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

ports() {
  HTTP_PORT=$(free_port) GRPC_PORT=$(free_port) PROMETHEUS_PORT=$(free_port) GRAFANA_PORT=$(free_port)
  KAFKA_1_PORT=$(free_port) KAFKA_2_PORT=$(free_port) KAFKA_3_PORT=$(free_port)
  export HTTP_PORT GRPC_PORT PROMETHEUS_PORT GRAFANA_PORT KAFKA_1_PORT KAFKA_2_PORT KAFKA_3_PORT
}

composed() { "$compose" --in-pod=false --no-ansi -f "$file" "$@"; }

# The health check of a container, as an engine with timers would run it, until it passes.
await_healthy() {
  local end=$((SECONDS + up_within_seconds))
  until podman healthcheck run "$1" >/dev/null 2>&1; do
    [ "$(podman inspect --format '{{.State.Running}}' "$1")" = true ] || fail "$1 does not run"
    [ "$SECONDS" -lt "$end" ] || fail "$1 is not healthy within $up_within_seconds s"
    sleep 1
  done
}

await_job() {
  local code
  code=$(timeout "$up_within_seconds" podman wait "$1") || fail "$1 does not end within $up_within_seconds s"
  [ "$code" = 0 ] || fail "$1 ended with $code"
}

# Starts the services as depends_on says. Podman before 4.6 knows no condition, so this waits in its place.
bring_up() {
  file=$1
  project=$2
  ports
  say "$file: up"
  local line name each container starts
  # shellcheck disable=SC2086
  "$work/venv/bin/python" deploy/stack/order.py "$file" $missing > "$work/order.txt"
  mapfile -t starts < "$work/order.txt"
  for line in "${starts[@]}"; do
    name=${line%% *}
    for each in ${line#"$name"}; do
      container="${project}_${each%%=*}_1"
      case "$each" in
        *=service_healthy) await_healthy "$container" ;;
        *=service_completed_successfully) await_job "$container" ;;
        *) fail "$file: $each (expected: a condition that deploy/stack/stack.sh knows)" ;;
      esac
    done
    composed up -d --no-deps "$name" > "$work/up.log" 2>&1 || { tail -20 "$work/up.log" >&2; fail "$name"; }
    say "$file: started $name"
  done
  podman ps --format '{{.Names}}  {{.Status}}'
}

# Containers to kill, further brokers, Prometheus: the test prints the figures.
drive() {
  local app
  app=$(podman ps --format '{{.Names}}' | grep streams-app | head -1)
  rm -rf "$work/keys" && mkdir -p "$work/keys"
  podman cp "$app:/etc/sluice/keys/." "$work/keys"
  env STACK_URL="http://127.0.0.1:$HTTP_PORT" STACK_BOOTSTRAP_SERVERS="127.0.0.1:$KAFKA_1_PORT${2:-}" \
    STACK_KEYS="$work/keys" STACK_VICTIMS="$1" STACK_SECONDS="$seconds" STACK_PROMETHEUS_URL="${3:-}" \
    mvn -o -B -q -pl cli -am verify -DskipUnitTests=true -Dspotless.check.skip=true -DtestGroups=long \
    -DexcludedTestGroups= -Dit.test=StackIT -Dfailsafe.failIfNoSpecifiedTests=false &
  load_pid=$!
  wait "$load_pid"
  load_pid=""
}

full() {
  local unpacked
  bring_up docker-compose.yml sluice
  drive sluice_streams-app-1_1,sluice_request-api-1_1,sluice_kafka-2_1 \
    ",127.0.0.1:$KAFKA_2_PORT,127.0.0.1:$KAFKA_3_PORT" "http://127.0.0.1:$PROMETHEUS_PORT"
  unpacked=$(podman exec sluice_streams-app-1_1 find /tmp /var/tmp /run -name '*.so*')
  [ -z "$unpacked" ] || fail "the streams app unpacked $unpacked (expected: libraries that are in the image)"
  composed --profile tools run -T --rm operator rules history
  composed down -v > "$work/down.log" 2>&1
  say "docker-compose.yml: passed"
}

single() {
  bring_up compose.single.yml sluice-single
  await_job sluice-single_rules_1
  drive ""
  composed down -v > "$work/down.log" 2>&1
  say "compose.single.yml: passed"
}

what=all
seconds=15
while [ $# -gt 0 ]; do
  case "$1" in
    image | full | single | clean) what=$1 ;;
    --seconds) seconds=${2:?--seconds N}; shift ;;
    -h | --help) usage; exit ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

if [ "$what" = clean ]; then rm -rf "$work"; exit; fi
check_tools
PATH="$PATH:/usr/sbin:/sbin"
configure
trap ended EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
install_compose
take_down
build_image
case "$what" in
  all) full; single ;;
  full) full ;;
  single) single ;;
esac
[ -z "$missing" ] || say "left out, since no image can be had here:$missing"
say "done"
