#!/usr/bin/env bash
# Make what the container tests need, from Debian's packages alone and with no image registry: a
# Docker engine that answers, the image millrace-base (Debian with Python, by debootstrap) and the
# image millrace-uv (the program uv). Needs Debian and root; what is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

BASE="${BASE_IMAGE:-millrace-base}"
UV="${UV_IMAGE:-millrace-uv}"
SUITE="${DEBIAN_SUITE:-bookworm}"
MIRROR="${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
ROOTS=/etc/ssl/certs/ca-certificates.crt

refuse() { echo "no containers here: $1" >&2; exit 3; }

answers() { docker info >/dev/null 2>&1; }

install_missing() {
    local missing=()
    command -v dockerd >/dev/null || missing+=(docker.io)
    command -v docker-compose >/dev/null || missing+=(docker-compose)
    command -v debootstrap >/dev/null || missing+=(debootstrap)
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || refuse "${missing[*]} are missing and this is no Debian"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends iptables "${missing[@]}" >/dev/null
}

start_engine() {
    mkdir -p .millrace
    nohup dockerd >.millrace/dockerd.log 2>&1 &
    for _ in $(seq 60); do
        answers && return
        sleep 1
    done
    tail -n 3 .millrace/dockerd.log >&2
    refuse "the engine does not start"
}

build_base() {
    local root
    root="$(mktemp -d)"
    nice -n 5 debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
        "$SUITE" "$root" "$MIRROR" >.millrace/debootstrap.log
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc "$root"/usr/share/man
    find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
    # Builds reach the package index the way this machine does.
    [ -f "$ROOTS" ] && cp "$ROOTS" "$root$ROOTS"
    [ -f /etc/pip.conf ] && cp /etc/pip.conf "$root/etc/pip.conf"
    tar -C "$root" -c . | docker import \
        --change "ENV SSL_CERT_FILE=$ROOTS PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
        --change 'CMD ["python3"]' - "$BASE" >/dev/null
    rm -rf "$root"
}

build_uv() {
    local folder
    folder="$(mktemp -d)"
    cp "$(PATH="$PWD/.tools/bin:$PATH" command -v uv)" "$folder/uv"
    tar -C "$folder" -c uv | docker import - "$UV" >/dev/null
    rm -rf "$folder"
}

if ! answers; then
    [ "$(id -u)" = 0 ] || refuse "no Docker engine answers, and only root can start one"
    install_missing
    start_engine
fi
docker image inspect "$BASE" >/dev/null 2>&1 || { [ "$(id -u)" = 0 ] || refuse "only root can debootstrap"; install_missing; build_base; }
docker image inspect "$UV" >/dev/null 2>&1 || build_uv
echo "engine $(docker info --format '{{.ServerVersion}}'), images $BASE and $UV"
