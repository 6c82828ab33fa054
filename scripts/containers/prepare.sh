#!/usr/bin/env bash
# Make what the container tests need, from Debian's packages alone and with no image registry: a
# Docker engine that answers, the image millrace-base (Debian with Python, by debootstrap) and the
# image millrace-uv (the program uv). Needs Debian and root; what is there already is left alone.
# Ends with 3, and says why, where containers can neither be run nor built. An engine that is started
# here has its process id in .millrace/dockerd.pid.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .millrace

BASE="${BASE_IMAGE:-millrace-base}"
UV="${UV_IMAGE:-millrace-uv}"
SUITE="${DEBIAN_SUITE:-bookworm}"
MIRROR="${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
ROOTS=/etc/ssl/certs/ca-certificates.crt
LEAST_FREE_GB=15

refuse() { echo "no containers here: $1" >&2; exit 3; }

answers() { timeout 30 docker info >/dev/null 2>&1; }

scratch="$(mktemp -d)"
trap 'rm -rf --one-file-system "$scratch"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

install_missing() {
    local missing=()
    command -v dockerd >/dev/null || missing+=(docker.io iptables)
    command -v docker-compose >/dev/null || missing+=(docker-compose)
    command -v docker-registry >/dev/null || missing+=(docker-registry)
    command -v debootstrap >/dev/null || missing+=(debootstrap)
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || refuse "${missing[*]} are missing and this is no Debian"
    apt-get update -qq || refuse "Debian's packages cannot be reached"
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null ||
        refuse "${missing[*]} cannot be installed"
}

start_engine() {
    # In a session of its own: an interrupt of the caller does not end it before its containers.
    setsid nohup dockerd >.millrace/dockerd.log 2>&1 </dev/null &
    echo $! >.millrace/dockerd.pid
    for _ in $(seq 90); do
        answers && return
        kill -0 "$(cat .millrace/dockerd.pid)" 2>/dev/null || break
        sleep 1
    done
    refuse "the engine does not start: $(tail -n 1 .millrace/dockerd.log)"
}

# An engine inside a container may be left with plain copies of every layer.
require_room() {
    [ "$(docker info --format '{{.Driver}}')" != vfs ] || refuse "the engine copies whole images (vfs)"
    local folder free
    folder="$(docker info --format '{{.DockerRootDir}}')"
    free="$(df --output=avail --block-size=1G "$folder" 2>/dev/null | tail -n 1 || echo "$LEAST_FREE_GB")"
    [ "$free" -ge "$LEAST_FREE_GB" ] || refuse "$folder has $free GB free, less than $LEAST_FREE_GB"
}

build_base() {
    local root="$scratch/root"
    nice -n 5 debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
        "$SUITE" "$root" "$MIRROR" >.millrace/debootstrap.log 2>&1 ||
        refuse "no base image: $(tail -n 1 .millrace/debootstrap.log)"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc "$root"/usr/share/man
    find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
    # Builds reach the package indexes the way this machine does.
    [ -f "$ROOTS" ] && cp "$ROOTS" "$root$ROOTS"
    [ -f /etc/pip.conf ] && cp /etc/pip.conf "$root/etc/pip.conf"
    [ -f /etc/uv/uv.toml ] && mkdir -p "$root/etc/uv" && cp /etc/uv/uv.toml "$root/etc/uv/uv.toml"
    tar -C "$root" -c . | docker import \
        --change "ENV SSL_CERT_FILE=$ROOTS PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
        --change 'CMD ["python3"]' - "$BASE" >/dev/null
}

build_uv() {
    cp "$(PATH="$PWD/.tools/bin:$PATH" command -v uv)" "$scratch/uv"
    tar -C "$scratch" -c uv | docker import - "$UV" >/dev/null
}

# One build that does what every other does: copies, installs from both indexes, and runs.
require_builds() {
    docker build --quiet --tag millrace-probe - >.millrace/probe.log 2>&1 <<PROBE || refuse "no image can be built: $(tail -n 1 .millrace/probe.log)"
FROM $UV AS uv
FROM $BASE
COPY --from=uv /uv /usr/local/bin/uv
RUN uv venv --quiet /opt/probe && uv pip install --quiet --python /opt/probe/bin/python hatchling && apt-get update -qq
PROBE
    docker run --rm --network host millrace-probe true >.millrace/probe.log 2>&1 ||
        refuse "no container runs: $(tail -n 1 .millrace/probe.log)"
    docker image rm millrace-probe >/dev/null
}

if [ "$(id -u)" = 0 ]; then install_missing; fi
if ! answers; then
    [ "$(id -u)" = 0 ] || refuse "no Docker engine answers, and only root can start one"
    start_engine
fi
require_room
docker image inspect "$BASE" >/dev/null 2>&1 || { [ "$(id -u)" = 0 ] || refuse "only root can debootstrap"; build_base; }
docker image inspect "$UV" >/dev/null 2>&1 || build_uv
require_builds
echo "engine $(docker info --format '{{.ServerVersion}}'), images $BASE and $UV"
