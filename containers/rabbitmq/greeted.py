"""Fails unless the broker answers AMQP 0-9-1's header with the frame of a method."""

import os
import socket
import sys

METHOD = b"\x01"

with socket.create_connection(("127.0.0.1", int(os.environ["RABBITMQ_NODE_PORT"])), 5) as broker:
    broker.sendall(b"AMQP\x00\x00\x09\x01")
    sys.exit(broker.recv(1) != METHOD)
