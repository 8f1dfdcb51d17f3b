"""The fake model answers by its rule, and misbehaves as it is told."""

import http.client
import json
import socket
import urllib.error
import urllib.request

import pytest

from tests.services.child import wait_until
from tests.services.fake_model import FakeModel, mark, question, reply


@pytest.fixture(scope="module")
def served():
    with FakeModel() as model:
        yield model


@pytest.fixture
def model(served):
    served.reset()
    return served


def ask(model, text, timeout_s=60, headers=None, **more):
    body = {"model": "m", "messages": [{"role": "user", "content": text}], **more}
    request = urllib.request.Request(
        model.url + "/v1/chat/completions", json.dumps(body).encode(), headers or {}
    )
    with urllib.request.urlopen(request, timeout=timeout_s) as response:
        said = json.load(response)
    return said["choices"][0]["message"]["content"]


def test_answers_as_the_checker_expects(model):
    for text in ("Where is it? " + mark(1, 2), "包裹在哪里 " + mark(3, 4), "no mark here"):
        assert ask(model, text) == reply(text)


def test_takes_the_last_mark_of_a_long_prompt(model):
    prompt = f"You are a shop.\nBefore: {mark(1, 1)} 你好\nNow: where is it {mark(1, 2)}\n\nBe brief."
    assert question(prompt) == mark(1, 2)
    assert ask(model, prompt) == reply("where is it " + mark(1, 2))


def test_marks_sort_as_their_numbers_do():
    marks = [mark(7, turn) for turn in range(1000)]
    assert marks == sorted(marks) and len(set(marks)) == 1000


def test_speaks_the_generate_form(model):
    body = json.dumps({"text": "hello"}).encode()
    with urllib.request.urlopen(model.url + "/generate", body, timeout=5) as response:
        assert json.load(response) == {"response": reply("hello")}


def test_fills_the_schema_that_is_asked_for(model):
    properties = {"headline": {"type": "string", "maxLength": 5}, "tags": {"type": "array"}}
    schema = {"type": "object", "properties": properties, "required": ["headline"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "copy", "schema": schema}}
    said = json.loads(ask(model, "hello", response_format=wanted))
    assert said == {"headline": reply("hello")[:5], "tags": []}


def test_counts_the_calls_of_each_question(model):
    for text in (mark(1, 1), mark(1, 2), mark(1, 1)):
        ask(model, text)
    assert model.calls()["by_question"] == {mark(1, 1): 2, mark(1, 2): 1}
    assert [one["question"] for one in model.requests()] == [mark(1, 1), mark(1, 2), mark(1, 1)]


def test_sees_two_calls_of_one_conversation_at_a_time(model):
    model.behave(delay_ms=3000)  # all three are asked within that
    sockets = [raw_ask(model, mark(5, 1)), raw_ask(model, mark(6, 1)), raw_ask(model, mark(5, 2))]
    for one in sockets:
        assert one.recv(12) == b"HTTP/1.1 200"
        one.close()
    calls = model.calls()
    assert calls["overlaps"] == 1 and calls["in_flight_max"] == 3
    assert calls["overlap_samples"] == [[mark(5, 1), mark(5, 2)]]


def test_rules_match_text_number_and_chance(model):
    rules = [
        {"match": {"text": "bad", "nth": 1}, "status": 503, "headers": {"retry-after": "7"}},
        {"match": {"text": "odd", "probability": 0.5}, "status": 500},
    ]
    model.behave(seed=3, rules=rules)
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(model, "bad")
    assert refused.value.code == 503 and refused.value.headers["retry-after"] == "7"
    assert ask(model, "bad") == reply("bad")
    first, again = chances(model), chances(model_again(model, rules))
    assert first == again and 20 < first.count(500) < 80


def test_counts_the_calls_that_may_be_asked_again(model):
    model.behave(rules=[{"match": {"nth": 1}, "status": 503}])
    with pytest.raises(urllib.error.HTTPError):
        ask(model, "spoiled")
    ask(model, "spoiled")
    model.behave(hang=True)
    with pytest.raises(OSError):
        ask(model, "never answered", timeout_s=0.2)
    wait_until(lambda: model.calls()["cut"] == 1, 60, "the cut call to be seen")
    assert model.calls()["spoiled"] == 1
    assert model.flight()["in_flight"] == 0


def test_tells_what_is_on_its_way_and_has_just_come(model):
    assert ask(model, "hello")
    assert model.flight() == {"in_flight": 0, "answered_lately": 1}


def test_captures_what_was_answered_and_when(model):
    model.behave(delay_ms=50, rules=[{"match": {"nth": 1}, "status": 429,
                                      "headers": {"retry-after": "1"}}])
    with pytest.raises(urllib.error.HTTPError):
        ask(model, mark(1, 1))
    ask(model, mark(1, 1))
    refused, taken = model.requests()
    assert (refused["answer"]["status"], taken["answer"]["status"]) == (429, 200)
    assert refused["answer"]["headers"] == {"retry-after": "1"}
    assert refused["at_ms"] < refused["answer"]["at_ms"] <= taken["at_ms"]


def test_asks_for_its_api_key(model):
    model.behave(api_key="k")
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(model, "hello")
    assert refused.value.code == 401
    assert ask(model, "hello", headers={"authorization": "Bearer k"}) == reply("hello")


def test_redirects_but_never_by_itself(model):
    model.behave(redirect="http://127.0.0.1:1/elsewhere")
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(model, "hello")
    assert refused.value.code == 307


def test_hangs_resets_and_drips(model):
    model.behave(hang=True)
    with pytest.raises(TimeoutError):
        ask(model, "hello", timeout_s=0.3)
    model.behave(reset="before")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(model, "hello")
    model.behave(reset="body")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(model, "hello")
    model.behave(drip={"bytes": 100, "every_ms": 5})
    assert ask(model, "hello") == reply("hello")


def test_sends_any_body_at_all(model):
    model.behave(body_base64="/////w==")
    with raw_ask(model, "hello") as one:
        assert one.recv(4096).endswith(b"\xff\xff\xff\xff")
    model.behave(body_bytes=3_000_000)
    with urllib.request.urlopen(model.url + "/generate", b"{}", timeout=5) as response:
        assert len(response.read()) == 3_000_000


def raw_ask(model, text):
    host, port = model.url.removeprefix("http://").split(":")
    body = json.dumps({"text": text}).encode()
    one = socket.create_connection((host, int(port)), timeout=60)
    head = f"POST /generate HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
    one.sendall(head.encode() + body)
    return one


def chances(model):
    statuses = []
    for number in range(100):
        try:
            ask(model, f"odd {number}")
            statuses.append(200)
        except urllib.error.HTTPError as refused:
            statuses.append(refused.code)
    return statuses


def model_again(model, rules):
    model.reset()
    model.behave(seed=3, rules=rules)
    return model
