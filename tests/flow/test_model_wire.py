"""The model's side of the wire: where the key goes, and what becomes of each bad answer."""

import json
import subprocess

import pytest
from confluent_kafka import Producer

from tests.flow.worker import PROGRAM, WAIT_S, check_once_and_in_order
from tests.services.child import wait_until
from tests.services.fake_model import FakeModel
from tests.services.stranger import Stranger

pytestmark = pytest.mark.untraced  # one thread's work: that of commits is traced in other files

KEY = "sk-only-for-tests-4711"
FAST = {"retry__backoff__ms": "20", "retry__backoff__max__ms": "5000", "retry__share": "1"}


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "model.key"
    path.write_text(KEY + "\n")
    return str(path)


@pytest.fixture
def stranger():
    with Stranger() as made:
        yield made


def keys_seen(worker):
    return [request["headers"].get("authorization") for request in worker.model.requests()]


def test_the_key_goes_to_the_model_and_to_nothing_else(worker, key_file):
    worker.model.behave(api_key=KEY, capture=10)
    worker.start(model__key__file=key_file, log__level="debug")
    worker.send(4, 4)
    worker.finish()
    assert set(keys_seen(worker)) == {f"Bearer {KEY}"}
    assert KEY not in worker.log.read_text()
    shown = subprocess.run(
        [PROGRAM, "config", "print", "-X", f"model.key.file={key_file}"],
        capture_output=True, text=True, timeout=WAIT_S)
    assert shown.returncode == 0 and KEY not in shown.stdout + shown.stderr


def test_a_key_that_is_replaced_while_it_runs_is_used(worker, key_file):
    """The old one is refused at once; the calls are made again until the new one is read."""
    worker.model.behave(api_key="another", capture=100)
    worker.start(model__key__file=key_file, retry__attempts__max="1000",
                 retry__backoff__ms="20", retry__backoff__max__ms="1000")
    worker.send(4, 4)
    wait_until(lambda: worker.model.calls()["statuses"].get("401"), WAIT_S, "a refusal")
    with open(key_file, "w") as file:
        file.write("another\n")
    worker.finish()
    assert set(keys_seen(worker)) == {f"Bearer {KEY}", "Bearer another"}


def of(number, **behaviour):
    """The rule for one of the questions that Worker.send() asks."""
    return {"match": {"text": f"question {number} of "}, **behaviour}


def test_a_redirect_is_never_followed(worker, key_file, stranger):
    target = f"{stranger.url}/v1/chat/completions"
    worker.model.behave(capture=40, rules=[
        of(number, redirect=target, status=status)
        for number, status in enumerate((301, 302, 307, 308))])
    worker.start(model__key__file=key_file, **FAST)
    worker.send(4, 4)
    assert len(worker.read("handoffs", 4)) == 4
    assert worker.end() == 0
    assert set(keys_seen(worker)) == {f"Bearer {KEY}"} and stranger.asked == []


BAD = (
    {"status": 500}, {"status": 503, "headers": {"retry-after": "0"}},
    {"status": 429, "headers": {"retry-after": "0"}}, {"reset": "before"}, {"reset": "body"},
    {"body": '{"error":{"message":"overloaded"}}'},
)


def said(content, **more):
    """A response whose model said this, in whatever form."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, **more}
    return {"body": json.dumps({"model": "fake", "choices": [choice]})}


def reply(text, **more):
    return json.dumps({"text": text, "language": "en", "action": "answer", "reason": "none",
                       "confidence": "high"} | more)


UNUSABLE = {
    "no JSON": {"body": "not JSON"}, "no answer": {"body": "{}"}, "nothing": {"body": ""},
    "empty": {"text": ""}, "HTML": {"text": "<b>no</b>"}, "no UTF-8": {"body_base64": "/////w=="},
    "prose": said("Yes, we do."), "wrong type": said(reply(7)),
    "unknown field": said(reply("Yes.", mood="good")), "NUL": said(reply("Yes\0.")),
    "endless nesting": said("[" * 10_000), "cut off": said(reply("Yes."), finish_reason="length"),
    "a whole page": {"body": "<!DOCTYPE html><title>502</title>"},
}


def test_what_is_bad_once_is_asked_again_and_answered(worker):
    rules = [of(number, **bad) for number, bad in enumerate(BAD)]
    for rule in rules:
        rule["match"]["nth"] = 1
    worker.model.behave(rules=rules)
    worker.start(**FAST)
    worker.send(len(BAD), len(BAD))
    worker.finish()
    calls = worker.model.calls()["by_question"]
    assert sorted(calls.values()) == [2] * len(BAD), calls


def test_what_cannot_be_used_twice_goes_to_a_person(worker):
    worker.model.behave(rules=[of(number, **bad) for number, bad in enumerate(UNUSABLE.values())])
    worker.start(**FAST)
    worker.send(len(UNUSABLE), len(UNUSABLE))
    reasons = {json.loads(record.value())["in_reply_to"]: json.loads(record.value())["reason"]
               for record in worker.read("handoffs", len(UNUSABLE))}
    assert reasons == {f"m{number}": "unusable" for number in range(len(UNUSABLE))}
    assert worker.model.calls()["total"] == 2 * len(UNUSABLE)
    assert worker.end() == 0


@pytest.mark.parametrize("status, words", [(401, "check model.key.file"),
                                           (403, "check model.key.file"),
                                           (404, "check model.url and model.name"),
                                           (308, "redirects are not followed")])
def test_what_only_the_operator_can_mend_is_named(worker, key_file, status, words):
    worker.model.behave(status=status)
    worker.start(model__key__file=key_file, model__outage__max__ms="500", **FAST)
    worker.send(4, 4)
    assert len(worker.read("handoffs", 4)) == 4
    assert worker.end() == 0
    assert f"HTTP status {status}; {words}" in worker.log.read_text()


def test_turns_wait_for_a_key_that_is_mended(worker, key_file):
    worker.model.behave(status=401)
    worker.start(model__key__file=key_file, **FAST)
    worker.send(20, 20)
    wait_until(lambda: "a model backend is shut" in worker.log.read_text(), WAIT_S, "the log")
    worker.model.behave(status=200)
    worker.finish()
    assert "a model backend answers again" in worker.log.read_text()


def test_answers_and_metrics_tell_who_of_the_chain_wrote_each_kind(worker):
    """The first backend refuses all; the second one takes messages only, and has another name than
    it was asked by."""
    worker.model.behave(status=400)
    with FakeModel() as second:
        answer = json.loads(said(reply("Thank you for writing."))["body"]) | {"model": "small-2026"}
        second.behave(body=json.dumps(answer))
        worker.start(model__2__kind="openai", model__2__url=second.url, model__2__name="small",
                     model__2__for="message", model__fallback__copy="builtin", **FAST)
        worker.send(3, 3)
        wish = {"id": "w", "language": "en", "product": {"sku": "KTL-17", "name": "Kettle"}}
        producer = Producer(worker.kafka.client_settings())
        producer.produce(worker.topics["copy.requests"], json.dumps(wish).encode(), b"w")
        assert producer.flush(WAIT_S) == 0
        answers = [json.loads(record.value()) for record in worker.read("answers", 3)]
        [copy] = [json.loads(record.value()) for record in worker.read("copies", 1)]
        assert {(one["source"], one["model"]) for one in answers} == {("fallback", "small-2026")}
        assert copy["source"] == "fallback"
        calls = {(backend, reason): worker.metric(
            f'deskhand_model_calls_total{{backend="{backend}",reason="{reason}"}}')
            for backend, reason in (("1", "refused"), ("2", "ok"), ("builtin", "ok"))}
        assert calls == {("1", "refused"): 4, ("2", "ok"): 3, ("builtin", "ok"): 1}
        assert second.calls()["total"] == 3
        assert worker.end() == 0


@pytest.mark.parametrize("most, outcome", [("65536", "handoffs"), ("1048576", "answers")])
def test_an_answer_beyond_the_limit_is_cut_off_and_a_person_gets_the_question(
        worker, most, outcome):
    """A good answer with blanks behind it, its length not told before. That it is good shows the
    larger limit, which is the control."""
    body = said(reply("Thank you for writing."))["body"] + " " * 200_000
    worker.model.behave(body=body, drip={"bytes": 8192, "every_ms": 1})
    worker.start(model__response__bytes__max=most, **FAST)
    worker.send(1, 1)
    assert len(worker.read(outcome, 1)) == 1
    assert worker.end() == 0


def test_a_wish_to_wait_is_kept(worker):
    worker.model.behave(rules=[{"match": {"nth": 1}, "status": 429,
                                "headers": {"retry-after": "2"}}], capture=10)
    worker.start(**FAST)
    worker.send(1, 1)
    worker.finish()
    first, second = (request["at_ms"] for request in worker.model.requests())
    assert second - first >= 1900


def test_https_is_spoken_to_the_right_name_only(worker):
    authority = worker.model.certs
    trust = {"model__ca__file": str(authority.ca_file)}
    named = authority.issue("model-by-name", "localhost")  # and not 127.0.0.1
    with FakeModel(authority=authority, certificate=named) as model:
        model.behave(capture=10)
        worker.start(model__url=model.tls_url, **trust, **FAST)
        worker.send(2, 2)
        check_once_and_in_order(worker.read("answers", 2), 2)
        assert worker.end() == 0
        assert {request["protocol"] for request in model.requests()} == {"2.0"}
        model.forget_calls()
        address = model.tls_url.replace("localhost", "127.0.0.1")
        worker.start(model__url=address, model__outage__max__ms="500", **trust, **FAST)
        worker.send(1, 1, 2)
        assert len(worker.read("handoffs", 1)) == 1
        assert worker.end() == 0
        assert model.requests() == []
    said = [line for line in worker.log.read_text().splitlines() if "a model call failed" in line]
    assert "certificate" in said[-1]
    assert "check model.ca.file and the host of model.url" in said[-1]
