"""A TCP connection that breaks, without a word, when a server has sent so many bytes."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_CHUNK_BYTES = 16 * 1024
_RESET = struct.pack("ii", 1, 0)
"""Linger for no time: closing sends RST (Linux, socket(7), SO_LINGER)."""


@dataclass
class Cable:
    """A way to a server; ``left`` bytes may come of it, any number if None."""

    port: int = 0
    left: int | None = None
    cuts: int = 0

    def takes(self, size_bytes):
        """Whether so many bytes still come through."""
        if self.left is None:
            return True
        self.left -= size_bytes
        return self.left >= 0


def _pass_up(client, server):
    with suppress(OSError):
        while chunk := client.recv(_CHUNK_BYTES):
            server.sendall(chunk)
    with suppress(OSError):
        server.shutdown(socket.SHUT_WR)


def _pass_down(server, client, cable):
    with suppress(OSError), client, server:
        while chunk := server.recv(_CHUNK_BYTES):
            if not cable.takes(len(chunk)):
                cable.cuts += 1
                for side in (client, server):
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                # The other thread still reads: a close alone would wait for it.
                client.shutdown(socket.SHUT_RD)
                return
            client.sendall(chunk)


@contextmanager
def cable_to(family, address):
    """A Cable to the server at an address of a family of sockets."""
    cable = Cable()
    with socket.create_server(("127.0.0.1", 0)) as door:
        cable.port = door.getsockname()[1]

        def serve():
            with suppress(OSError):
                while True:
                    client, _ = door.accept()
                    server = socket.socket(family, socket.SOCK_STREAM)
                    server.connect(address)
                    for work, sides in (
                        (_pass_up, (client, server)),
                        (_pass_down, (server, client, cable)),
                    ):
                        threading.Thread(target=work, args=sides, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield cable
        # Wakes the thread that accepts, which a close would not.
        door.shutdown(socket.SHUT_RDWR)
