"""Apache Kafka in KRaft mode: one broker for most tests, three for the fault tests.

Every node is broker and controller. All listen in the clear on loopback; with `secure=True`
each has a SASL_SSL listener beside it (PLAIN, SCRAM-SHA-256 and -512, OAUTHBEARER), where a
user may do only what an ACL allows. The clear listener is the administrator's.
"""

import base64
import contextlib
import os
import shutil
import uuid

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from tests.services import certs, places
from tests.services.child import Child, Service, ServiceError, wait_until
from tests.services.ports import Ports

LIBS = places.SERVICES / "kafka" / "libs"
HERE = places.ROOT / "tests" / "services" / "kafka_jars"
USERS = {"alice": "alice-secret", "bob": "bob-secret"}
READY_S = 180

# Quick and small, but nothing that changes what the guarantees rest on.
SETTINGS = {
    "auto.create.topics.enable": "false",
    "broker.heartbeat.interval.ms": 500,
    "broker.session.timeout.ms": 6000,
    "controller.quorum.election.backoff.max.ms": 300,
    "controlled.shutdown.enable": "true",
    "group.initial.rebalance.delay.ms": 0,
    "log.cleaner.dedupe.buffer.size": 4 << 20,
    "log.initial.task.delay.ms": 5000,
    "log.segment.bytes": 256 << 20,
    "num.io.threads": 4,
    "num.network.threads": 2,
    "num.partitions": 1,
    "offsets.topic.num.partitions": 4,
    "offsets.topic.segment.bytes": 16 << 20,
    "queued.max.requests": 500,
    "share.coordinator.state.topic.num.partitions": 1,
    "transaction.state.log.num.partitions": 4,
    "transaction.state.log.segment.bytes": 16 << 20,
}


class Broker(Service):
    """One node. Faults: pause, resume, kill, restart."""

    def __init__(self, node, port, directory, heap_mb):
        self.node = node
        self.port = port
        self.directory = directory
        self._heap_mb = heap_mb

    @property
    def child(self):
        return self._child

    def start(self):
        self._child = Child(
            f"kafka broker {self.node}",
            [
                *_java(self._heap_mb),
                f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}",
                f"-Dkafka.logs.dir={self.directory}",
                "kafka.Kafka",
                self.directory / "server.properties",
            ],
            self.directory / "broker.log",
            cwd=self.directory,
        )

    def stop(self):
        if self._child:
            self._child.stop()


class Kafka:
    """A cluster of `brokers` nodes.

    `advertised(node, port)` may name another port of the same host for the clear listener, as
    a fault proxy in front of the broker needs it; brokers and administrators then talk past it.
    `features` are levels that the cluster begins with, such as {"transaction.version": 1}.
    """

    def __init__(self, brokers=1, *, secure=False, heap_mb=None, settings=None, advertised=None,
                 features=None):
        self._count = brokers
        self._features = features or {}
        self._secure = secure
        self._heap_mb = heap_mb or (384 if brokers == 1 else 256)
        self._settings = settings or {}
        self._advertised = advertised or (lambda node, port: port)
        self._ports = Ports()
        self._admin = None
        self.brokers = []
        self._internal = {}
        self.bootstrap = None
        self.direct_bootstrap = None
        self.secure_bootstrap = None
        self.certs = None

    def start(self):
        if not any(LIBS.glob("kafka_2.13-*.jar")):
            raise ServiceError("no Kafka in build/services: run `python -m tests.services install`")
        self._lay_out()
        with contextlib.ExitStack() as undo:
            undo.callback(self.stop)
            self._format()
            for broker in self.brokers:
                broker.start()
            for broker in self.brokers:
                self.wait_ready(broker)
            undo.pop_all()
        return self

    def stop(self):
        """Ends it at once; logs stay, what the brokers stored goes (DESKHAND_KEEP=1 keeps it)."""
        for broker in self.brokers:
            if broker.is_running():
                broker.kill()
            if not os.environ.get("DESKHAND_KEEP"):
                shutil.rmtree(broker.directory / "log", ignore_errors=True)
        self._ports.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def admin(self):
        if self._admin is None:
            self._admin = AdminClient(self.client_settings())
        return self._admin

    def client_settings(self, **more):
        """Settings for a confluent-kafka client on the clear listener."""
        return {
            "bootstrap.servers": self.direct_bootstrap,
            "socket.timeout.ms": 10000,
            "reconnect.backoff.max.ms": 500,
            "log_level": 2,
        } | {key.replace("__", "."): value for key, value in more.items()}

    def wait_ready(self, broker, timeout_s=READY_S):
        """Until `broker` itself answers and counts itself among the live ones.

        The others may still list a broker that has just been killed, so they are not asked.
        """
        direct = {"bootstrap.servers": f"127.0.0.1:{broker.port}"}
        asked = AdminClient(self.client_settings() | direct)
        what = f"Kafka node {broker.node}"
        wait_until(
            lambda: broker.node in _live_nodes(asked), timeout_s, what, child=broker.child
        )

    def restart(self, broker):
        """Starts a stopped or killed broker again, on its ports, with what it had on disk."""
        if broker.is_running():
            broker.stop()
        broker.start()
        self.wait_ready(broker)

    def create_topics(self, topics, *, timeout_s=30, **config):
        """`topics` maps names to partition counts. Returns when every leader is known."""
        settings = {key.replace("__", "."): str(value) for key, value in config.items()}
        settings.setdefault("min.insync.replicas", "2" if self._count >= 3 else "1")
        new = [
            NewTopic(name, partitions, min(3, self._count), config=settings)
            for name, partitions in topics.items()
        ]
        for future in self.admin.create_topics(new, operation_timeout=timeout_s).values():
            future.result(timeout_s)
        wait_until(lambda: self._are_led(topics), timeout_s, f"leaders of {', '.join(topics)}")

    def configure_topic(self, name, **config):
        """Changes settings of one topic."""
        changes = [ConfigEntry(key.replace("__", "."), value,
                               incremental_operation=AlterConfigOpType.SET)
                   for key, value in config.items()]
        resource = ConfigResource(ConfigResource.Type.TOPIC, name, incremental_configs=changes)
        for future in self.admin.incremental_alter_configs([resource]).values():
            future.result(15)

    def delete_topics(self, names):
        for future in self.admin.delete_topics(list(names), operation_timeout=10).values():
            future.result(10)

    def allow(self, user, resource_type, name, *operations, prefixed=False):
        """Lets `user` do `operations` (names such as "READ") on one resource or prefix."""
        rules = _acls(AclBinding, user, resource_type, name, operations, prefixed)
        for future in self.admin.create_acls(rules).values():
            future.result(15)
        wait_until(lambda: all(map(self._is_known, rules)), 60, f"the rights of {user}")

    def _is_known(self, rule):
        """A rule is made at the controller, and reaches the broker a little later."""
        wanted = AclBindingFilter(rule.restype, rule.name, rule.resource_pattern_type,
                                  rule.principal, rule.host, rule.operation, rule.permission_type)
        return bool(self.admin.describe_acls(wanted).result(15))

    def revoke(self, user, resource_type, name, *operations, prefixed=False):
        """Takes back what allow() gave."""
        rules = _acls(AclBindingFilter, user, resource_type, name, operations, prefixed)
        for future in self.admin.delete_acls(rules).values():
            future.result(15)

    def _are_led(self, topics):
        listed = self.admin.list_topics(timeout=10).topics
        return all(
            name in listed
            and len(listed[name].partitions) >= partitions
            and all(part.leader >= 0 for part in listed[name].partitions.values())
            for name, partitions in topics.items()
        )

    def _lay_out(self):
        """Directories, ports and server.properties of every node."""
        cluster = places.service_dir("kafka")
        reserve = self._ports.reserve
        nodes = [(node, reserve(), reserve(), reserve()) for node in range(1, self._count + 1)]
        voters = ",".join(f"{node}@127.0.0.1:{port}" for node, _, port, _ in nodes)
        if self._secure:
            self.certs = certs.Authority(cluster / "tls")
        for node, clear, controller, sasl in nodes:
            broker = Broker(node, clear, cluster / str(node), self._heap_mb)
            broker.directory.mkdir()
            settings = self._node_settings(node, clear, controller, voters)
            if self._secure:
                self._add_sasl(settings, sasl, broker.directory)
            settings |= self._settings
            text = "".join(f"{key}={value}\n" for key, value in settings.items())
            (broker.directory / "server.properties").write_text(text)
            self.brokers.append(broker)
        hosts = [f"127.0.0.1:{self._advertised(node, port)}" for node, port, _, _ in nodes]
        self.bootstrap = ",".join(hosts)
        self.direct_bootstrap = ",".join(
            f"127.0.0.1:{self._internal.get(node, port)}" for node, port, _, _ in nodes
        )
        if self._secure:
            self.secure_bootstrap = ",".join(f"localhost:{port}" for *_, port in nodes)

    def _node_settings(self, node, clear, controller, voters):
        replicas = min(3, self._count)
        in_sync = 2 if replicas == 3 else 1
        listeners = "CLEAR:PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,SASL:SASL_SSL"
        settings = SETTINGS | {
            "process.roles": "broker,controller",
            "node.id": node,
            "controller.quorum.voters": voters,
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": listeners,
            "listeners": f"CLEAR://127.0.0.1:{clear},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"CLEAR://127.0.0.1:{self._advertised(node, clear)}",
            "inter.broker.listener.name": "CLEAR",
            "log.dirs": "log",
            "default.replication.factor": replicas,
            "min.insync.replicas": in_sync,
        }
        for log in ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic"):
            settings[f"{log}.replication.factor"] = replicas
        settings["transaction.state.log.min.isr"] = in_sync
        settings["share.coordinator.state.topic.min.isr"] = in_sync
        if self._advertised(node, clear) != clear:
            internal = self._internal[node] = self._ports.reserve()
            settings["listeners"] += f",INTERNAL://127.0.0.1:{internal}"
            settings["advertised.listeners"] += f",INTERNAL://127.0.0.1:{internal}"
            settings["inter.broker.listener.name"] = "INTERNAL"
        return settings

    def _add_sasl(self, settings, port, directory):
        identity = self.certs.issue("broker", "localhost")  # 127.0.0.1 is a wrong name
        shutil.copy(identity.key_and_chain, directory / "identity.pem")
        settings["listeners"] += f",SASL://127.0.0.1:{port}"
        settings["advertised.listeners"] += f",SASL://localhost:{port}"
        settings |= {
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": "identity.pem",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        }
        plain = " ".join(f'user_{name}="{secret}"' for name, secret in USERS.items())
        modules = {
            "plain": f"plain.PlainLoginModule required {plain}",
            "scram-sha-256": "scram.ScramLoginModule required",
            "scram-sha-512": "scram.ScramLoginModule required",
            "oauthbearer": "oauthbearer.OAuthBearerLoginModule required "
            'unsecuredLoginStringClaim_sub="broker"',
        }
        for mechanism, module in modules.items():
            key = f"listener.name.sasl.{mechanism}.sasl.jaas.config"
            settings[key] = f"org.apache.kafka.common.security.{module};"

    def _format(self):
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        more = []
        for name, level in self._features.items():
            more += ["--feature", f"{name}={level}"]
        if self._secure:
            for name, secret in USERS.items():
                for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
                    more += ["--add-scram", f"{mechanism}=[name={name},password={secret}]"]
        tools = [self._formatter(broker, cluster_id, more) for broker in self.brokers]
        for tool in tools:
            if tool.wait(READY_S) != 0:
                raise ServiceError(f"{tool.name} failed\n{tool.log_tail()}")

    def _formatter(self, broker, cluster_id, more):
        properties = broker.directory / "server.properties"
        return Child(
            f"kafka storage format of node {broker.node}",
            [*_java(128), "kafka.tools.StorageTool", "format",
             f"--cluster-id={cluster_id}", "-c", properties]
            + more,
            broker.directory / "format.log",
            cwd=broker.directory,
        )


def _live_nodes(admin):
    try:
        return set(admin.list_topics(timeout=3).brokers)
    except KafkaException:
        return set()


def _acls(kind, user, resource_type, name, operations, prefixed):
    pattern = ResourcePatternType.PREFIXED if prefixed else ResourcePatternType.LITERAL
    return [
        kind(
            ResourceType[resource_type],
            name,
            pattern,
            f"User:{user}",
            "*",
            AclOperation[operation],
            AclPermissionType.ALLOW,
        )
        for operation in operations
    ]


def _java(heap_mb):
    return [
        shutil.which("java") or "java",
        f"-Xmx{heap_mb}m",
        "-Xms64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.net.preferIPv4Stack=true",
        "-cp",
        f"{LIBS}/*",
    ]
