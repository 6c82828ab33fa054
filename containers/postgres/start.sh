# Keep the database in /data; make it when it is not there.
set -eu
programs="$(echo /usr/lib/postgresql/*/bin)"
if [ ! -e /data/PG_VERSION ]; then
    echo source >/tmp/password
    "$programs/initdb" --pgdata /data --username source --pwfile /tmp/password --auth scram-sha-256 >/dev/null
    echo 'CREATE DATABASE source;' | "$programs/postgres" --single -D /data postgres >/dev/null
fi
exec "$programs/postgres" -D /data -p "$PGPORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp
