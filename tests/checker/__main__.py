"""python -m tests.checker [options] DIRECTORY

Checks the evidence in DIRECTORY and prints what is broken; --json prints the report as JSON,
--result writes it to a file. With --bootstrap the outputs and the progress are first read from
Kafka into DIRECTORY, where sent.jsonl must lie. Exit code 0: clean, 1: violated, 2: no verdict.
"""

import argparse
import json
import pathlib
import sys

from confluent_kafka import KafkaException

from tests.checker import rules
from tests.checker.evidence import Evidence
from tests.checker.reader import OpenTransaction, Reader

KINDS = ("answer", "recommendation", "copy", "handoff", "dead-letter", "audit")


def main(arguments=None):
    options = _parser().parse_args(arguments)
    evidence = Evidence.load(options.directory)
    if not evidence.sent:
        print(f"no sent.jsonl with records in {options.directory}", file=sys.stderr)
        return 2
    if options.bootstrap:
        try:
            _collect(options, evidence)
        except (KafkaException, OpenTransaction) as error:
            print(f"the evidence could not be read: {error}", file=sys.stderr)
            return 2
    report = rules.check(evidence, rules.Limits(
        repeats_max=options.repeats_max,
        overlaps_max=options.overlaps_max,
        fallbacks_max=options.fallbacks_max,
        has_ended=not options.running,
        reply=rules.Limits.reply if options.fake_model else None,
    ))
    told = json.dumps(report.as_json(), indent=1, ensure_ascii=False)
    if options.result:
        options.result.write_text(told + "\n")
    print(told if options.json else report.as_text())
    return 0 if report.is_clean else 1


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m tests.checker", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--bootstrap", help="read outputs and progress from this Kafka first")
    parser.add_argument("--group", help="the worker's consumer group")
    parser.add_argument("--topic", action="append", default=[], metavar="KIND=TOPIC",
                        help=f"an output topic; KIND is one of {', '.join(KINDS)}")
    parser.add_argument("--repeats-max", type=int, default=0, help="of model calls")
    parser.add_argument("--overlaps-max", type=int, default=0, help="of calls in a conversation")
    parser.add_argument("--fallbacks-max", type=int, default=0)
    parser.add_argument("--running", action="store_true", help="not everything is settled yet")
    parser.add_argument("--no-fake-model", dest="fake_model", action="store_false",
                        help="do not expect the fake model's answers")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--result", type=pathlib.Path, help="write the report to this file")
    return parser


def _collect(options, evidence):
    kinds = {}
    for pair in options.topic:
        kind, _, topic = pair.partition("=")
        if kind not in KINDS or not topic or not options.group:
            sys.exit("--bootstrap needs --group and --topic KIND=TOPIC for each output topic")
        kinds[topic] = kind
    reader = Reader({"bootstrap.servers": options.bootstrap}, kinds)
    evidence.outputs = reader.read_all()
    evidence.progress = reader.progress(options.group, {sent.topic for sent in evidence.sent})
    evidence.save(options.directory)


if __name__ == "__main__":
    sys.exit(main())
