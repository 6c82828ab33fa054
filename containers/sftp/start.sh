# Keep the host's keys in /keys, so that clients who know them go on trusting them.
set -eu
[ -e /keys/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /keys/ssh_host_ed25519_key
exec /usr/sbin/sshd -D -e -f /dev/null -p "$SFTP_PORT" -h /keys/ssh_host_ed25519_key \
    -o ListenAddress=127.0.0.1 -o PasswordAuthentication=yes -o UsePAM=no \
    -o 'Subsystem=sftp internal-sftp' -o ForceCommand=internal-sftp -o AllowTcpForwarding=no
