"""Ports for the servers that tests start."""

from __future__ import annotations

import itertools
import os
import socket

# Below the ports that the system gives to connections (from 32768 on Linux): no browser and no test takes the port
# between its choice and the start of the server. Each process of the tests begins elsewhere.
_numbers = itertools.count(os.getpid() * 97)


def free_port() -> int:
    """Return a port of this machine on which nothing listens, another one each time."""
    while True:
        port = 12_000 + next(_numbers) % 18_000
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
