"""The invariants. Each is a function that reads the evidence and adds what it finds broken.

A terminal record is an output that ends an event: an answer, a recommendation, a copy, a
hand-off or a dead letter. An audit record is none, but says how each input position was settled.
"""

import collections
import dataclasses

from tests.checker import contract
from tests.checker.evidence import EXPECT_NONE, EXPECT_ONE, digest
from tests.checker.report import Report
from tests.services import fake_model

AUDIT = "audit"
STATE = "conversation"  # who has a conversation: written beside a hand-off, and no outcome
DEAD_LETTER = "dead-letter"
FROM_MODEL = ("model", "cache", "memo")


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one scenario allows. None switches a limit off."""

    repeats_max: int | None = 0           # model calls beyond one for each event, all together
    calls_per_event_max: int | None = None
    overlaps_max: int | None = 0          # two model calls of one conversation at a time
    fallbacks_max: int | None = 0         # answers that the fake model did not give
    has_ended: bool = True                # everything that was sent should be settled by now
    reply: object = fake_model.reply      # what the model answers to a text


class Case:
    """The evidence with the indexes that the rules share."""

    def __init__(self, evidence, limits):
        self.evidence = evidence
        self.limits = limits
        self.report = Report()
        self.by_uid = collections.defaultdict(list)
        self.by_position = {}
        for sent in evidence.sent:
            self.by_uid[sent.uid].append(sent)
            self.by_position[sent.position] = sent
        self.committed = [output for output in evidence.outputs if output.committed]
        self.terminal = [
            output for output in self.committed if output.kind not in (AUDIT, STATE)
        ]
        self.audits = [output for output in self.committed if output.kind == AUDIT]
        self.ends = collections.defaultdict(list)
        self.bodies = {}
        for output in self.committed:
            self.bodies[output.position] = output.body() if output.kind != DEAD_LETTER else None
        for output in self.terminal:
            sent = self.cause(output)
            if sent is not None:
                self.ends[sent.uid].append(output)

    def body(self, output):
        return self.bodies[output.position] or {}

    def cause(self, output):
        """The input record that `output` ends, None when no one sent it."""
        if output.kind in (DEAD_LETTER, AUDIT):
            return self.by_position.get(named_position(output, self.body(output)))
        named = self.body(output).get("in_reply_to")
        if named in self.by_uid:
            return self.by_uid[named][0]
        return self.by_position.get(_position_of_text(named))

    def is_settled(self, sent):
        progress = self.evidence.progress
        return progress is not None and progress.is_settled(*sent.position)

    def add(self, invariant, name, detail):
        self.report.add(invariant, name, detail)


def check(evidence, limits=Limits()):
    """The report on `evidence`."""
    case = Case(evidence, limits)
    for rule in (
        none_lost, none_doubled, in_order, right_content, atomic, settled_once, orders_stand,
        bounded_calls, keeps_contract,
    ):
        rule(case)
    case.report.figures = _figures(case)
    return case.report


def none_lost(case):
    """I1: every event has its terminal record, and nothing is left to do."""
    if not case.limits.has_ended:
        return
    for uid, records in case.by_uid.items():
        if records[0].expect == EXPECT_ONE and not case.ends[uid]:
            state = "settled" if case.is_settled(records[0]) else "not settled"
            case.add("I1", "lost", f"{uid} sent at {_places(records)}, {state}, has no outcome")
    progress = case.evidence.progress
    if progress is None:
        return
    for (topic, number), part in progress.partitions.items():
        where = f"{topic}/{number}"
        if part.unreadable:
            case.add("I1", "map-unreadable", f"{where}: {part.unreadable}")
        if part.committed < part.end:
            case.add("I1", "lag", f"{where}: committed {part.committed} of {part.end}")
        if part.above:
            case.add("I1", "map-left", f"{where}: {len(part.above)} offsets above {part.committed}")


def none_doubled(case):
    """I2: no event has two terminal records."""
    for uid, ends in case.ends.items():
        allowed = 0 if case.by_uid[uid][0].expect == EXPECT_NONE else 1
        if len(ends) > allowed:
            name = "doubled" if allowed else "unasked"
            case.add("I2", name, f"{uid} has {_places(ends)}")


def in_order(case):
    """I3: the outcomes of one lane follow its events, on one partition of each output topic.

    A lane is (topic, partition, key). Of an event that has two outcomes the first counts: the
    second is I2's.
    """
    lanes = collections.defaultdict(list)
    seen = set()
    for output in sorted(case.terminal, key=lambda one: one.position):
        sent = case.cause(output)
        if sent is None or not sent.key or (sent.uid, output.topic) in seen:
            continue
        seen.add((sent.uid, output.topic))
        lanes[(*sent.position[:2], sent.key, output.topic)].append((output, sent))
    for (*_, key, topic), pairs in lanes.items():
        parts = {output.partition for output, _ in pairs}
        if len(parts) > 1:
            case.add("I3", "split", f"lane {key} is on partitions {sorted(parts)} of {topic}")
            continue
        for (before, sent_before), (after, sent_after) in zip(pairs, pairs[1:]):
            if sent_after.offset < sent_before.offset:
                case.add("I3", "order", f"lane {key}: {sent_before.uid} at {before.place} came "
                                        f"before {sent_after.uid} at {after.place}")
    calls = case.evidence.calls or {}
    most = case.limits.overlaps_max
    if most is not None and calls.get("overlaps", 0) > most:
        case.add("I3", "overlap", f"{calls['overlaps']} model calls began while another of their "
                                  f"conversation ran: {calls.get('overlap_samples')}")


def right_content(case):
    """I4: each outcome is the one of its event, and of no other."""
    fallbacks = []
    owner_of_id = {}
    for output in case.terminal:
        sent = case.cause(output)
        if sent is None:
            case.add("I4", "stranger", f"{output.place} ends nothing that was sent")
            continue
        if output.kind == DEAD_LETTER:
            _check_dead_letter(case, output, sent)
            continue
        body = case.body(output)
        owner = owner_of_id.setdefault(body.get("id"), sent.uid)
        if owner != sent.uid:
            case.add("I4", "shared-id", f"{output.place}: id {body.get('id')} is also {owner}'s")
        _check_names(case, output, body, sent)
        if output.kind == "answer" and body.get("source") == "fallback":
            fallbacks.append(output.place)
        elif output.kind == "answer":
            _check_text(case, output, body, sent)
    most = case.limits.fallbacks_max
    if most is not None and len(fallbacks) > most:
        case.add("I4", "fallback", f"{len(fallbacks)} answers are not the model's: {fallbacks[:3]}")


def atomic(case):
    """I5: an outcome and its offset are both in or both out, and what was read once stays."""
    visible = {output.position for output in case.committed}
    for position in case.evidence.live:
        if position not in visible:
            case.add("I5", "vanished", f"{position} was read as committed and is not")
    outputs_are_settled(case)
    settled_are_visible(case)


def outputs_are_settled(case):
    """I5, one way: no outcome without its offset."""
    if case.evidence.progress is None:
        return
    for uid, ends in case.ends.items():
        if ends and not any(case.is_settled(sent) for sent in case.by_uid[uid]):
            case.add("I5", "output-without-offset", f"{_places(ends)} for {uid}, not settled")


def settled_are_visible(case):
    """I5, the other way: no settled offset without its outcome."""
    for uid, records in case.by_uid.items():
        if records[0].expect == EXPECT_ONE and not case.ends[uid]:
            if all(case.is_settled(sent) for sent in records):
                case.add("I5", "offset-without-output", f"{uid} at {_places(records)} is settled")


def settled_once(case):
    """I1, I2 by audit: when audit records are written, each input position has exactly one."""
    if not case.audits:
        return
    audits = collections.defaultdict(list)
    for output in case.audits:
        audits[named_position(output, case.body(output))].append(output)
    for position, outputs in audits.items():
        if position not in case.by_position:
            case.add("I4", "stranger", f"{_places(outputs)} tells of {position}: never sent")
        elif len(outputs) > 1:
            case.add("I2", "settled-twice", f"{position} has {_places(outputs)}")
    for position, sent in case.by_position.items():
        if position not in audits and case.is_settled(sent):
            case.add("I1", "unaudited", f"{sent.uid} at {position} is settled without audit")
    told = {(case.body(output).get("id"), case.body(output).get("outcome"))
            for output in case.audits}
    for output in case.terminal:
        if output.kind != DEAD_LETTER and (case.body(output).get("id"), output.kind) not in told:
            case.add("I5", "torn", f"{output.place} is visible, its audit record is not")


def orders_stand(case):
    """I4: an order stands where the last of its events has put it, however often they were taken."""
    last = {}
    for sent in case.evidence.sent:
        if sent.order:
            last[sent.order] = max(last.get(sent.order, (-1, "")), (sent.seq, sent.state))
    for order, told in (case.evidence.orders or {}).items():
        wanted = last.get(order, (-1, None))[1]
        if told != wanted:
            case.add("I4", "order-state", f"order {order} is told as {told}, not as {wanted}")


def bounded_calls(case):
    """I7, the model's part: repeats of calls stay within what the scenario allows."""
    calls = case.evidence.calls
    if calls is None:
        return
    asked, made = _asked(case.evidence), calls["by_question"]
    repeats = repeated_calls(case.evidence)
    limits = case.limits
    if limits.repeats_max is not None and repeats > limits.repeats_max:
        worst = sorted(made.items(), key=lambda pair: -pair[1])[:3]
        case.add("I7", "repeats", f"{repeats} model calls were repeated, {limits.repeats_max} "
                                  f"are allowed; most: {worst}")
    for question, count in made.items():
        most = limits.calls_per_event_max
        if most is not None and question in asked and count > most * asked[question]:
            case.add("I7", "calls", f"{question}: {count} calls, {most} are allowed")
    if calls.get("overflow"):
        case.add("I7", "uncounted", "there were more questions than the fake model counts")
    for output in case.terminal:
        sent = case.cause(output)
        if sent and output.kind == "answer" and case.body(output).get("source") == "model":
            if fake_model.question(sent.text) not in made:
                case.add("I4", "never-asked", f"{output.place} says that a model answered it")


def keeps_contract(case):
    """Every output record is valid by its schema and has its headers."""
    for output in case.committed:
        fault = contract.fault_of(output)
        if fault:
            case.add("contract", output.kind, f"{output.place}: {fault}")


def repeated_calls(evidence):
    """How many model calls were made beyond one for each event."""
    made = evidence.calls["by_question"]
    return sum(max(0, made.get(one, 0) - count) for one, count in _asked(evidence).items())


def named_position(output, body):
    """The input position that a dead letter or an audit record names."""
    if output.kind == DEAD_LETTER:
        names = (output.header(f"x-dlq-{part}") for part in ("topic", "partition", "offset"))
        topic, partition, offset = names
    else:
        topic, partition, offset = (body.get(part) for part in ("topic", "partition", "offset"))
    try:
        return (topic, int(partition), int(offset))
    except (TypeError, ValueError):
        return None


def _asked(evidence):
    """For each question how many events ask it; a producer's own retry asks nothing new."""
    texts = {sent.uid: sent.text for sent in evidence.sent if sent.text}
    return collections.Counter(map(fake_model.question, texts.values()))


def _check_dead_letter(case, output, sent):
    if output.header("x-dlq-reference") == "true":
        return
    if sent.sha256 and digest(output.value) != sent.sha256:
        case.add("I4", "altered", f"{output.place} does not hold the bytes of {sent.uid}")


def _check_names(case, output, body, sent):
    for name, value in (("conversation_id", sent.conversation), ("customer_id", sent.customer),
                        ("seq", sent.seq)):
        said = body.get(name)
        is_required = output.kind == "answer" and value not in (None, "")
        if said != value and (is_required or (said is not None and value not in (None, ""))):
            case.add("I4", "crossed", f"{output.place} for {sent.uid}: {name} {said!r}, "
                                      f"sent was {value!r}")
    key = output.key.decode(errors="replace") if output.key is not None else ""
    if sent.key and key != sent.key:
        case.add("I4", "key", f"{output.place} for {sent.uid}: key {key!r}, sent was {sent.key!r}")


def _check_text(case, output, body, sent):
    if case.limits.reply is None or body.get("source") not in FROM_MODEL or not sent.text:
        return
    wanted = case.limits.reply(sent.text)
    if body.get("text") != wanted:
        case.add("I4", "answer", f"{output.place} for {sent.uid}: {body.get('text')!r} instead of "
                                 f"{wanted!r}")


def _figures(case):
    kinds = collections.Counter(output.kind for output in case.committed)
    sources = collections.Counter(
        case.body(output).get("source") for output in case.terminal if output.kind == "answer"
    )
    figures = {"sent": len(case.evidence.sent), "events": len(case.by_uid)}
    figures["order events"] = sum(bool(records[0].order) for records in case.by_uid.values())
    figures["orders looked at"] = len(case.evidence.orders or {})
    figures |= {f"{kind} records": count for kind, count in sorted(kinds.items())}
    figures |= {f"answers from {source}": count for source, count in sorted(sources.items(), key=str)}
    figures["aborted records"] = sum(not output.committed for output in case.evidence.outputs)
    figures["doubled events"] = sum(len(ends) > 1 for ends in case.ends.values())
    if case.evidence.calls is not None:
        figures["model calls"] = case.evidence.calls["total"]
        figures["repeated model calls"] = repeated_calls(case.evidence)
    return figures


def _position_of_text(text):
    parts = text.rsplit("/", 2) if isinstance(text, str) else []
    if len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
        return (parts[0], int(parts[1]), int(parts[2]))
    return None


def _places(records):
    shown = [f"{one.topic}/{one.partition}/{one.offset}" for one in records[:4]]
    return " ".join(shown) + (f" and {len(records) - 4} more" if len(records) > 4 else "")
