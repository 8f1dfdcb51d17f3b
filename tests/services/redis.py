"""redis-server on loopback: plain TCP with a Unix socket beside it, or TLS with an ACL user."""

import shutil

import redis

from tests.services import certs, places
from tests.services.child import Child, Service, ServiceError, wait_until
from tests.services.ports import Ports

USER = "deskhand"
PASSWORD = "only-for-tests"
READY_S = 180


class Redis(Service):
    """Keeps nothing on disk: a restart is a loss of everything, as FLUSHALL is.

    With `tls=True` only TLS is served, the default user is off, and USER may do everything
    with keys but not administer the server. `certificate` is a certs.Identity to serve
    instead of a good one for localhost.
    """

    def __init__(self, *, tls=False, certificate=None, authority=None, settings=()):
        self._tls = tls
        self._ports = Ports()
        self._directory = places.service_dir("redis")
        self._settings = list(settings)
        self.port = self._ports.reserve()
        self.socket_path = places.socket_dir(self._directory) / "redis.sock"
        self.certs = authority
        if tls:
            self.certs = authority or certs.Authority(self._directory / "tls")
            self._identity = certificate or self.certs.issue("redis", "localhost", "127.0.0.1")

    @property
    def url(self):
        """For `store.url`; without user and password, which come from settings of their own."""
        return f"rediss://localhost:{self.port}" if self._tls else f"redis://127.0.0.1:{self.port}"

    @property
    def unix_url(self):
        return f"unix://{self.socket_path}"

    def start(self):
        program = shutil.which("redis-server")
        if not program:
            raise ServiceError("no redis-server: run `make deps` (Debian package redis-server)")
        self._child = Child(
            "redis-server", [program, *self._arguments()], self._directory / "redis.log"
        )
        wait_until(self._is_up, READY_S, "redis-server to answer", child=self._child)
        return self

    def stop(self):
        if self._child:
            self._child.kill()
        self._ports.close()

    def client(self):
        """A redis-py client of the administrator, over the Unix socket."""
        return redis.Redis(
            unix_socket_path=str(self.socket_path),
            username="admin",
            password=PASSWORD,
            socket_timeout=60,
        )

    def flushall(self):
        with self.client() as client:
            client.flushall()

    def _arguments(self):
        settings = {
            "bind": "127.0.0.1",
            "port": 0 if self._tls else self.port,
            "unixsocket": self.socket_path,
            "dir": self._directory,
            "save": "",
            "appendonly": "no",
            "enable-debug-command": "local",
            "loglevel": "notice",
        }
        if self._tls:
            settings |= {
                "tls-port": self.port,
                "tls-cert-file": self._identity.chain,
                "tls-key-file": self._identity.key,
                "tls-ca-cert-file": self.certs.ca_file,
                "tls-auth-clients": "no",
            }
        arguments = [part for key, value in settings.items() for part in (f"--{key}", value)]
        users = [("admin", f"on >{PASSWORD} ~* &* +@all")]
        if self._tls:
            users += [("default", "off"), (USER, f"on >{PASSWORD} ~* &* +@all -@admin -@dangerous")]
        for name, rules in users:
            arguments += ["--user", name, *rules.split()]
        return arguments + self._settings

    def _is_up(self):
        try:
            with self.client() as client:
                return client.ping()
        except redis.RedisError:
            return False
