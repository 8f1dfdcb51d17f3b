"""Every rule of the checker catches its own kind of damage, and nothing in a sound log."""

import dataclasses
import json
import pathlib
import re
import uuid

import pytest

from tests.checker import __main__ as program
from tests.checker import donemap, rules
from tests.checker.evidence import Evidence, Partition, Progress, Sent, digest, placed
from tests.checker.evidence import Output
from tests.checker.report import Report
from tests.services.fake_model import mark, question, reply

AT = "2030-01-02T03:04:05.678Z"
CONVERSATIONS, TURNS = 3, 4


def sound():
    """Three conversations on two partitions; the third's last message became a dead letter. And
    an order that moved on once."""
    sent, outputs = [], []
    next_offset = {0: 0, 1: 0}
    for turn in range(TURNS):
        for conversation in range(CONVERSATIONS):
            part = conversation % 2
            sent.append(message(conversation, turn, part, next_offset[part]))
            next_offset[part] += 1
    ends = {}
    for one in sent:
        kind = "dead-letter" if one.uid == "m-2-3" else "answer"
        for output in (outcome(kind, one), audit(kind, one)):
            place = (output.topic, output.partition)
            ends[place] = ends.get(place, -1) + 1
            outputs.append(dataclasses.replace(output, offset=ends[place]))
    progress = Progress({
        ("in", part): Partition.read(end, "", end=end) for part, end in next_offset.items()
    })
    calls = {
        "total": len(sent) - 1, "overlaps": 0, "overflow": False,
        "by_question": {question(one.text): 1 for one in sent if one.uid != "m-2-3"},
    }
    moves = [order_event(0, "placed"), order_event(1, "shipped")]
    outputs += [dataclasses.replace(audit("nothing", one), offset=100 + one.offset) for one in moves]
    progress.partitions["orders", 0] = Partition.read(len(moves), "", end=len(moves))
    live = [output.position for output in outputs]
    return Evidence(sent + moves, outputs, live, progress, calls, {"1001": "shipped"})


def message(conversation, turn, part, offset):
    text = f"Hello, what about {mark(conversation, turn)}?"
    return Sent(
        uid=f"m-{conversation}-{turn}", topic="in", partition=part, offset=offset,
        key=f"c-{conversation}", conversation=f"c-{conversation}", customer=f"k-{conversation}",
        seq=turn, text=text, sha256=digest(text.encode()),
    )


def order_event(number, state):
    return Sent(uid=f"o-{number}", topic="orders", partition=0, offset=number, key="k-9",
                customer="k-9", seq=number, sha256=digest(state.encode()), expect="none",
                order="1001", state=state)


def outcome(kind, sent, **changes):
    if kind == "dead-letter":
        headers = {
            "x-dlq-reason": "schema", "x-dlq-class": "reject", "x-dlq-topic": sent.topic,
            "x-dlq-partition": str(sent.partition), "x-dlq-offset": str(sent.offset),
            "x-dlq-timestamp": "1", "x-dlq-attempts": "1", "x-dlq-first-at": AT,
            "x-dlq-last-at": AT, "x-dlq-worker": "w",
        }
        return output(kind, sent, sent.text.encode(), headers | changes)
    body = {
        "id": id_of(sent), "in_reply_to": sent.uid, "conversation_id": sent.conversation,
        "customer_id": sent.customer, "seq": sent.seq, "text": reply(sent.text),
        "language": "en", "source": "model", "model": "m", "facts": [], "created_at": AT,
    } | changes
    return output(kind, sent, json.dumps(body).encode(), event_headers(kind, body))


def audit(kind, sent, **changes):
    body = {
        "id": id_of(sent), "in_reply_to": sent.uid, "topic": sent.topic,
        "partition": sent.partition, "offset": sent.offset, "outcome": kind, "facts": [],
        "attempts": 1, "started_at": AT, "worker_version": "0",
    } | changes
    return output("audit", sent, json.dumps(body).encode(), event_headers("audit", body))


def event_headers(kind, body):
    return {
        "ce_specversion": "1.0", "ce_id": body["id"], "ce_source": "w", "ce_time": AT,
        "ce_type": f"deskhand.{kind}.v1", "content-type": "application/json",
    }


def output(kind, sent, value, headers):
    pairs = tuple((name, value.encode()) for name, value in headers.items())
    return Output(kind, f"out-{kind}", sent.partition, 0, sent.key.encode(), value, pairs)


def id_of(sent):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, sent.uid))


# --- ways to break a sound log; each names what must be found -----------------------------------

DAMAGES = []


def damage(*codes, **limits):
    """Registers a function that breaks the evidence; `codes` are all that may be found."""
    def register(breaks):
        DAMAGES.append(pytest.param(breaks, set(codes), limits, id=breaks.__name__))
        return breaks
    return register


def index_of(evidence, kind, uid):
    case = rules.Case(evidence, rules.Limits())
    for index, one in enumerate(evidence.outputs):
        if one.kind == kind and case.cause(one).uid == uid:
            return index
    raise LookupError(uid)


def change(evidence, kind, uid, **fields):
    """Replaces members of an output; a dict for `body` replaces members of its JSON value."""
    index = index_of(evidence, kind, uid)
    one = evidence.outputs[index]
    if "body" in fields:
        fields["value"] = json.dumps(json.loads(one.value) | fields.pop("body")).encode()
    evidence.outputs[index] = dataclasses.replace(one, **fields)


def remove(evidence, kind, uid):
    del evidence.outputs[index_of(evidence, kind, uid)]
    evidence.live = []


def repeat(evidence, kind, uid):
    one = evidence.outputs[index_of(evidence, kind, uid)]
    evidence.outputs.append(dataclasses.replace(one, offset=1000))


def part(evidence, number, **fields):
    place = ("in", number)
    evidence.progress.partitions[place] = dataclasses.replace(
        evidence.progress.partitions[place], **fields
    )


@damage("I1 lost", "I5 offset-without-output")
def an_answer_is_missing(evidence):
    remove(evidence, "answer", "m-1-2")


@damage("I1 lost", "I5 offset-without-output")
def an_answer_is_only_in_an_aborted_transaction(evidence):
    change(evidence, "answer", "m-1-2", committed=False)
    evidence.live = []


@damage("I1 lag", "I5 output-without-offset")
def the_last_offset_is_not_committed(evidence):
    part(evidence, 0, committed=evidence.progress.partitions[("in", 0)].end - 1)


@damage("I1 lag")
def a_record_that_no_one_knows_of_waits(evidence):
    part(evidence, 0, end=evidence.progress.partitions[("in", 0)].end + 1)


@damage("I1 map-left")
def a_done_map_is_left(evidence):
    part(evidence, 0, above=frozenset([99]))


@damage("I1 map-unreadable")
def a_done_map_is_damaged(evidence):
    good = donemap.encode(4, {6, 7})
    committed = evidence.progress.partitions[("in", 1)].committed
    evidence.progress.partitions[("in", 1)] = Partition.read(committed, good[:-3] + "AAA", end=committed)


@damage("I1 unaudited", "I5 torn")
def an_audit_record_is_missing(evidence):
    remove(evidence, "audit", "m-1-2")


@damage("I2 doubled")
def an_answer_is_there_twice(evidence):
    repeat(evidence, "answer", "m-1-2")


@damage("I2 doubled", "I5 torn")
def a_message_is_answered_and_handed_off(evidence):
    sent = next(one for one in evidence.sent if one.uid == "m-1-2")
    body = {"id": id_of(sent), "in_reply_to": sent.uid, "conversation_id": sent.conversation,
            "reason": "upset", "summary": "x"}
    evidence.outputs.append(
        output("handoff", sent, json.dumps(body).encode(), event_headers("handoff", body))
    )


@damage("I2 unasked")
def an_agents_message_is_answered(evidence):
    evidence.sent = [
        dataclasses.replace(one, expect="none") if one.uid == "m-1-2" else one
        for one in evidence.sent
    ]


@damage("I2 settled-twice")
def a_record_is_settled_twice(evidence):
    repeat(evidence, "audit", "m-1-2")


@damage("I3 order")
def two_answers_of_a_lane_change_places(evidence):
    first, second = (index_of(evidence, "answer", uid) for uid in ("m-1-1", "m-1-2"))
    one, two = evidence.outputs[first], evidence.outputs[second]
    evidence.outputs[first] = dataclasses.replace(one, offset=two.offset)
    evidence.outputs[second] = dataclasses.replace(two, offset=one.offset)


@damage("I3 split")
def a_lane_is_on_two_partitions(evidence):
    change(evidence, "answer", "m-1-2", partition=0, offset=1000)
    evidence.live = []


@damage("I3 overlap")
def two_turns_of_a_conversation_ran_at_a_time(evidence):
    evidence.calls["overlaps"] = 1


@damage("I4 stranger")
def an_answer_replies_to_nothing(evidence):
    one = dataclasses.replace(evidence.sent[0], uid="other", topic="elsewhere")
    evidence.outputs += [
        dataclasses.replace(outcome("answer", one), offset=900),
        dataclasses.replace(audit("answer", one), offset=900),
    ]


@damage("I4 shared-id", "contract answer", "contract audit")
def two_answers_share_an_id(evidence):
    other = id_of(next(one for one in evidence.sent if one.uid == "m-1-1"))
    change(evidence, "answer", "m-1-2", body={"id": other})
    change(evidence, "audit", "m-1-2", body={"id": other})


@damage("I4 crossed")
def an_answer_goes_to_another_customer(evidence):
    change(evidence, "answer", "m-1-2", body={"customer_id": "k-0"})


@damage("I4 crossed")
def an_answer_lost_its_conversation_and_seq(evidence):
    change(evidence, "answer", "m-1-2", body={"seq": 3})


@damage("I4 key")
def an_answer_has_another_key(evidence):
    change(evidence, "answer", "m-1-2", key=b"c-0")


@damage("I4 answer")
def an_answer_is_that_of_another_question(evidence):
    change(evidence, "answer", "m-1-2", body={"text": reply(mark(0, 0))})


@damage("I4 fallback")
def an_answer_is_a_fallback(evidence):
    change(evidence, "answer", "m-1-2", body={"source": "fallback", "text": "we will see"})


@damage("I4 never-asked")
def an_answer_claims_a_call_that_was_not_made(evidence):
    del evidence.calls["by_question"][mark(1, 2)]


@damage("I4 altered")
def a_dead_letter_holds_other_bytes(evidence):
    change(evidence, "dead-letter", "m-2-3", value=b"{}")


@damage("I4 order-state")
def an_order_stands_where_its_first_event_put_it(evidence):
    evidence.orders["1001"] = "placed"


@damage("I4 order-state")
def an_order_is_forgotten(evidence):
    evidence.orders["1001"] = None


@damage("I2 settled-twice")
def an_order_event_is_settled_twice(evidence):
    repeat(evidence, "audit", "o-1")


@damage("I1 lag", "I1 unaudited")
def an_order_event_waits_and_another_is_not_accounted_for(evidence):
    remove(evidence, "audit", "o-0")
    place = ("orders", 0)
    evidence.progress.partitions[place] = dataclasses.replace(
        evidence.progress.partitions[place], end=3)


@damage("I5 vanished")
def a_record_that_was_read_is_gone(evidence):
    evidence.live.append(("out-answer", 0, 77))


@damage("I1 map-left", "I5 output-without-offset")
def a_reader_sees_an_answer_before_its_offset(evidence):
    committed = evidence.progress.partitions[("in", 0)].committed
    part(evidence, 0, committed=committed - 2, end=committed - 2, above=frozenset([committed - 1]))


@damage("I7 repeats", repeats_max=1)
def two_calls_were_repeated(evidence):
    evidence.calls["by_question"][mark(1, 2)] += 1
    evidence.calls["by_question"][mark(0, 0)] += 1


@damage("I7 calls", repeats_max=5, calls_per_event_max=2)
def one_event_was_asked_three_times(evidence):
    evidence.calls["by_question"][mark(1, 2)] = 3


@damage("I7 uncounted")
def the_fake_model_lost_count(evidence):
    evidence.calls["overflow"] = True


@damage("contract answer")
def an_answer_has_a_field_too_many(evidence):
    change(evidence, "answer", "m-1-2", body={"mood": "good"})


@damage("contract answer")
def an_answer_has_no_type_header(evidence):
    one = evidence.outputs[index_of(evidence, "answer", "m-1-2")]
    change(evidence, "answer", "m-1-2", headers=one.headers[:-2])


@damage("contract audit")
def an_audit_record_is_incomplete(evidence):
    change(evidence, "audit", "m-1-2", body={"outcome": "answer", "attempts": "one"})


@damage("contract dead-letter")
def a_dead_letter_has_no_reason(evidence):
    one = evidence.outputs[index_of(evidence, "dead-letter", "m-2-3")]
    change(evidence, "dead-letter", "m-2-3", headers=one.headers[1:])


# --- the tests ----------------------------------------------------------------------------------


def test_finds_nothing_in_a_sound_log():
    report = rules.check(sound())
    assert report.is_clean, report.as_text()
    assert report.figures["answer records"] == CONVERSATIONS * TURNS - 1


@pytest.mark.parametrize("breaks, codes, limits", DAMAGES)
def test_catches(breaks, codes, limits):
    evidence = sound()
    breaks(evidence)
    report = rules.check(evidence, rules.Limits(**limits))
    assert set(report.counts) == codes, report.as_text()


def test_every_name_that_a_rule_can_give_has_a_sample():
    source = pathlib.Path(rules.__file__).read_text()
    names = set(re.findall(r'add\("(I\d|contract)", "([a-z-]+)"', source))
    names |= {("I2", "doubled"), ("I2", "unasked")}
    caught = {code for one in DAMAGES for code in one.values[1]}
    assert {f"{invariant} {name}" for invariant, name in names} <= caught


def test_a_run_that_goes_on_may_have_work_left():
    evidence = sound()
    remove(evidence, "answer", "m-1-3")
    remove(evidence, "audit", "m-1-3")
    end = evidence.progress.partitions[("in", 1)].end
    part(evidence, 1, committed=end - 1)
    assert rules.check(evidence, rules.Limits(has_ended=False)).is_clean
    assert not rules.check(evidence).is_clean


def test_a_settled_offset_in_the_done_map_counts():
    evidence = sound()
    end = evidence.progress.partitions[("in", 0)].end
    metadata = donemap.encode(0, set(range(1, end)))
    evidence.progress.partitions[("in", 0)] = Partition.read(0, metadata, end=end)
    report = rules.check(evidence, rules.Limits(has_ended=False))
    assert [one.detail for one in report.of("I5")] == [
        "out-answer/0/0 for m-0-0, not settled"
    ]


def test_a_producers_own_retry_needs_no_second_outcome():
    evidence = sound()
    again = dataclasses.replace(evidence.sent[0], offset=99)
    evidence.sent.append(again)
    evidence.outputs.append(dataclasses.replace(audit("duplicate", again), offset=99))
    part(evidence, 0, committed=100, end=100)
    report = rules.check(evidence)
    assert report.is_clean, report.as_text()


def test_evidence_survives_the_disk(tmp_path):
    evidence = sound()
    evidence.outputs[0] = dataclasses.replace(evidence.outputs[0], value=b"\xff\x00", key=None)
    evidence.save(tmp_path)
    assert Evidence.load(tmp_path) == evidence


def test_the_program_tells_by_its_exit_code(tmp_path, capsys):
    evidence = sound()
    evidence.save(tmp_path)
    assert program.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("clean\n")
    remove(evidence, "answer", "m-1-2")
    evidence.save(tmp_path)
    assert program.main([str(tmp_path)]) == 1
    first_line = capsys.readouterr().out.split("\n", 1)[0]
    assert first_line == "2 violations: I1 lost: 1, I5 offset-without-output: 1"
    result = tmp_path / "result.json"
    assert program.main([str(tmp_path), "--json", "--result", str(result)]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said == json.loads(result.read_text())
    assert said["violations"] == {"I1 lost": 1, "I5 offset-without-output": 1}
    assert program.main([str(tmp_path / "nothing")]) == 2


def test_reads_both_forms_of_a_done_map():
    assert donemap.settled_above(donemap.encode(10, {12, 13, 30}), 10) == {12, 13, 30}
    assert donemap._from_pairs(bytes([2, 2, 0x80, 0x01, 1]), 10) == {12, 13, 142}
    assert donemap.settled_above("", 3) == donemap.settled_above("mine", 3) == set()
    assert donemap.crc32c(b"123456789") == 0xE3069283


@pytest.mark.parametrize("metadata", ["dhm2:AAAA", "dhm1:!!", "dhm1:AAAA", "dhm1:" + "A" * 60])
def test_a_map_that_cannot_be_read_is_said_to_be_so(metadata):
    with pytest.raises(donemap.UnreadableMap):
        donemap.settled_above(metadata, 0)


def test_a_record_whose_offset_was_not_told_stands_where_its_bytes_are():
    told, untold = message(0, 0, 0, 0), message(0, 1, 0, None)
    records = [
        Output("input", "in", 0, offset, one.key.encode(), one.text.encode(), ())
        for offset, one in enumerate((told, untold, told))  # the first one is there twice
    ]
    assert [(one.uid, one.offset) for one in placed([told, untold], records)] == [
        ("m-0-0", 0), ("m-0-1", 1), ("m-0-0", 2)]


def test_reports_of_portions_add_up_and_keep_the_longest_wait():
    whole, part = Report(), Report()
    whole.figures = {"events": 7, "longest wait s": 3.5, "recovered in s": [1.0], "goal": "15 s"}
    part.figures = {"events": 5, "longest wait s": 2.5, "recovered in s": [2.0], "goal": "15 s", "new": 1}
    part.add("I2", "doubled", "m-0-0")
    whole.take_in(part)
    assert whole.counts == {"I2 doubled": 1}
    assert whole.figures == {"events": 12, "longest wait s": 3.5, "recovered in s": [1.0, 2.0],
                             "goal": "15 s", "new": 1}
