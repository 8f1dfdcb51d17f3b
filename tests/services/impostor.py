"""A TLS server with a certificate of one's choice that notes what anybody tells it."""

import contextlib
import socket
import ssl
import threading

from tests.services.ports import Ports

WAIT_S = 5
BYTES_MAX = 4096
TLS_RECORD = 0x16


class Impostor:
    """Listens on `port`. `heard`: what came over TLS; `in_clear`: what came without; `visits`."""

    def __init__(self, identity, *, is_old=False):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(identity.chain, identity.key)
        if is_old:
            self._context.set_ciphers("ALL:@SECLEVEL=0")
            self._context.minimum_version = ssl.TLSVersion.TLSv1
            self._context.maximum_version = ssl.TLSVersion.TLSv1
        self._ports = Ports()
        self.port = self._ports.reserve()
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.heard = b""
        self.in_clear = b""
        self.visits = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(WAIT_S)
        self._ports.close()

    def was_told(self):
        return bool(self.heard or self.in_clear)

    def _serve(self):
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                client.settimeout(WAIT_S)
                self._listen_to(client)

    def _listen_to(self, client):
        self.visits += 1
        first = client.recv(1, socket.MSG_PEEK)
        if first and first[0] != TLS_RECORD:
            self.in_clear += client.recv(BYTES_MAX)
            return
        with self._context.wrap_socket(client, server_side=True) as secured:
            self.heard += secured.recv(BYTES_MAX)
