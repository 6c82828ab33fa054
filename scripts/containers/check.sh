#!/usr/bin/env bash
# Run the container tests where an engine can be started: prepare, test, end what was started. A
# machine where that cannot be, or that is too slow for it, is told with the reason and is no
# failure; a test that fails is one.
set -uo pipefail
cd "$(dirname "$0")/../.."

PREPARE_S="${CONTAINERS_PREPARE_S:-480}"
TEST_S="${CONTAINERS_TEST_S:-1800}"
began=$SECONDS
export PATH="$PWD/.tools/bin:$PATH"
timeout 30 docker info >/dev/null 2>&1 && answered=yes || answered=no

# CPU seconds: of what this script ran, of the engine, and of all that its containers ran.
cpu_s() {
    local us=0 own engine group
    for group in /sys/fs/cgroup/cpuacct/docker/cpuacct.usage /sys/fs/cgroup/cpu,cpuacct/docker/cpuacct.usage; do
        [ -r "$group" ] && us=$(($(cat "$group") / 1000)) && break
    done
    group=/sys/fs/cgroup/docker/cpu.stat
    [ -r "$group" ] && us="$(awk '$1 == "usage_usec" {print $2}' "$group")"
    own="$(awk '{print $16 + $17}' "/proc/$$/stat")"
    engine="$(cat $(pidof dockerd containerd | xargs -rn1 printf '/proc/%s/stat ') /dev/null | awk '{n += $14 + $15 + $16 + $17} END {print n + 0}')"
    echo $(((own + engine) / $(getconf CLK_TCK) + us / 1000000))
}

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
cpu_before="$(cpu_s)"

timeout --kill-after=30 "$PREPARE_S" scripts/containers/prepare.sh
status=$?
case $status in
0) ;;
3) ;; # It has said why.
124 | 137) echo "no containers here: not prepared in $PREPARE_S s" >&2 ;;
*) echo "no containers here: the preparation ended with $status" >&2 ;;
esac
if [ $status -ne 0 ]; then
    echo "container tests: skipped"
    exit 0
fi
echo "prepared in $((SECONDS - began)) s"
# Up to the first failure: what the time ends before then has none.
timeout --signal=INT --kill-after=60 "$TEST_S" make --no-print-directory -C tests containers OPTIONS=-x
status=$?
if [ $status -eq 124 ] || [ $status -eq 137 ]; then
    echo "container tests: not finished in $TEST_S s, so skipped from there on"
    exit 0
fi
echo "container tests: $([ $status -eq 0 ] && echo passed || echo FAILED), $((SECONDS - began)) s, $(($(cpu_s) - cpu_before)) s of CPU"
exit $status
