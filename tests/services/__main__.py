"""python -m tests.services install | up

install  fetches what the services need into build/ (--no-model leaves the real model out)
up       starts a full set for use by hand, prints the addresses, ends on Ctrl-C
"""

import argparse
import contextlib
import signal
import sys
import threading

from tests.services import install, kafka, real_model, redis
from tests.services.child import ServiceError
from tests.services.fake_model import FakeModel

TOPICS = {
    "support.messages": 8,
    "support.orders": 8,
    "support.catalog": 1,
    "support.knowledge": 1,
    "support.copy-requests": 4,
    "support.handbacks": 8,
    "support.recommendation-requests": 8,
    "support.feedback": 8,
    "support.answers": 8,
    "support.recommendations": 8,
    "support.copies": 4,
    "support.handoffs": 8,
    "support.conversations": 1,
    "support.dead-letters": 1,
    "support.audit": 8,
}


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tests.services", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    fetch = verbs.add_parser("install")
    fetch.add_argument("--no-model", action="store_true")
    start = verbs.add_parser("up")
    start.add_argument("--brokers", type=int, default=1, choices=(1, 3))
    start.add_argument("--secure", action="store_true", help="Kafka SASL_SSL and Redis TLS as well")
    start.add_argument("--model", action="store_true", help="the real model server as well")
    start.add_argument("--delay-ms", type=int, default=50, help="of the fake model")
    options = parser.parse_args()
    if options.verb == "install":
        print(f"to download: {install.to_fetch_mb(with_model=not options.no_model)} MB", flush=True)
        return 0 if install.install(with_model=not options.no_model, say=_say) else 1
    return _up(options)


def _say(line):
    print(line, flush=True)


def _up(options):
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        with contextlib.ExitStack() as running:
            _start(options, running)
            _say("\nready; Ctrl-C ends everything")
            done.wait()
            _say("stopping")
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 69
    return 0


def _start(options, running):
    broker = running.enter_context(kafka.Kafka(options.brokers, secure=options.secure))
    broker.create_topics(TOPICS)
    _say(f"kafka        {broker.bootstrap}")
    if options.secure:
        _say(f"kafka tls    {broker.secure_bootstrap}  ca {broker.certs.ca_file}  "
             f"users {', '.join(f'{name}:{secret}' for name, secret in kafka.USERS.items())}")
    plain = running.enter_context(redis.Redis())
    _say(f"redis        {plain.url}  {plain.unix_url}")
    if options.secure:
        tls = running.enter_context(redis.Redis(tls=True))
        _say(f"redis tls    {tls.url}  ca {tls.certs.ca_file}  user {redis.USER}:{redis.PASSWORD}")
    fake = running.enter_context(FakeModel())
    fake.behave(delay_ms=options.delay_ms)
    _say(f"fake model   {fake.url}  {fake.tls_url}  ca {fake.certs.ca_file}")
    _say(f"  control    {fake.control_url}/__control  /__calls  /__requests")
    if options.model:
        real = running.enter_context(real_model.RealModel())
        _say(f"real model   {real.url}  name {real_model.MODEL_NAME}")
    _say("\ndeskhand run \\\n"
         f"  -X kafka.bootstrap.servers={broker.bootstrap} \\\n"
         f"  -X store.url={plain.url} \\\n"
         f"  -X model.kind=openai -X model.url={fake.url} -X model.name=fake")


if __name__ == "__main__":
    sys.exit(main())
