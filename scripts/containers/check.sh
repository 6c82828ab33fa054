#!/usr/bin/env bash
# Run the container tests where an engine can be started: prepare, test, end what was started. A
# machine where that cannot be, or that is too slow for it, is told with the reason and is no
# failure; a test that fails is one.
set -uo pipefail
cd "$(dirname "$0")/../.."

PREPARE_S="${CONTAINERS_PREPARE_S:-480}"
TEST_S="${CONTAINERS_TEST_S:-1200}"
began=$SECONDS
export PATH="$PWD/.tools/bin:$PATH"
docker info >/dev/null 2>&1 && answered=yes || answered=no

finish() {
    if [ "$answered" = yes ] || [ ! -f .millrace/dockerd.pid ]; then return; fi
    kill "$(cat .millrace/dockerd.pid)" 2>/dev/null
    for _ in $(seq 60); do
        kill -0 "$(cat .millrace/dockerd.pid)" 2>/dev/null || break
        sleep 1
    done
    rm -f .millrace/dockerd.pid
}
trap finish EXIT
trap 'exit 130' INT TERM

timeout --kill-after=30 "$PREPARE_S" scripts/containers/prepare.sh
status=$?
if [ $status -ne 0 ]; then
    [ $status -eq 3 ] || echo "no containers here: the preparation ended with $status" >&2
    echo "container tests: skipped"
    exit 0
fi
timeout --signal=INT --kill-after=60 "$TEST_S" make --no-print-directory -C tests containers
status=$?
if [ $status -eq 124 ] || [ $status -eq 137 ]; then
    echo "container tests: not finished in $TEST_S s, so skipped from there on"
    exit 0
fi
echo "container tests: $((SECONDS - began)) s"
exit $status
