"""Free loopback ports that stay ours.

A port is reserved by a bound socket that never listens. With SO_REUSEADDR a server may bind and
listen on it beside the reservation, while the kernel gives it to nobody else: neither as a free
port nor as the local end of an outgoing connection. So a server that was killed finds its port
free when it is started again.
"""

import socket


class Ports:
    """Reservations; close() gives all of them back."""

    def __init__(self):
        self._sockets = []

    def reserve(self):
        reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        self._sockets.append(reserved)
        return reserved.getsockname()[1]

    def close(self):
        while self._sockets:
            self._sockets.pop().close()
