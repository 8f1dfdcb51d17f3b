"""`deskhand evaluate reply`: cases through the pipeline, without any service."""

import json
import subprocess

from tests.flow.worker import PROGRAM, ROOT, WAIT_S

KETTLE = {"sku": "K-1", "name": "Gooseneck kettle", "price": "39.90", "currency": "EUR"}
ORDER = {"id": "o1", "order_id": "100234", "customer_id": "ann", "type": "shipped",
         "at": "2025-03-02T15:30:00Z", "carrier": "DHL", "tracking": "JD0146"}


def evaluate(tmp_path, cases, *arguments, code=0):
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases))
    ended = subprocess.run([PROGRAM, "evaluate", "reply", "--cases", path, *arguments],
                           capture_output=True, text=True, timeout=WAIT_S)
    assert ended.returncode == code, ended.stderr
    return ended


def test_each_case_is_judged_by_what_came_out(tmp_path):
    cases = [
        {"case": "price", "facts": {"products": [KETTLE]}, "message": "How much is the kettle?",
         "expect": {"intent": "price", "language": "en", "action": "answer", "must": ["39.90"]}},
        {"case": "order", "customer_id": "ann", "facts": {"orders": [ORDER]},
         "history": ["Where is my order 100234?"], "message": "And the tracking number?",
         "expect": {"must": ["JD0146"], "must_not": ["UPS"]}},
        {"case": "other customer", "customer_id": "bob", "message": "Where is my order 100234?",
         "expect": {"action": "handoff", "reasons": ["no_facts"], "must_not": ["JD0146"]}},
        {"case": "person", "message": "I want to talk to a human",
         "expect": {"action": "handoff", "reasons": ["person_wanted"]}},
        {"case": "needless", "message": "I want to talk to a human",
         "expect": {"action": "answer"}},
        {"case": "wrong", "facts": {"products": [KETTLE]}, "message": "How much is the kettle?",
         "expect": {"must": ["49.90"]}},
    ]
    lines = [json.loads(line) for line in evaluate(tmp_path, cases, "--json").stdout.splitlines()]
    assert [line["verdict"] for line in lines[:-1]] == [
        "answered", "answered", "handed_off", "handed_off", "needless", "wrong"]
    assert lines[-1]["summary"] == {
        "cases": 6, "answered": 2, "handed_off": 2, "needless": 1, "wrong": 1, "answers": 3,
        "grounded": 3, "language_right": 6, "intent_right": 6, "action_right": 5}
    table = evaluate(tmp_path, cases).stdout.splitlines()
    assert table[0].split()[:5] == ["group", "cases", "answered", "person", "needless"]
    assert table[-1].split()[:6] == ["all", "6", "2", "2", "1", "1"]


SHOP = ROOT / "tests" / "data" / "shop"


def test_a_shop_that_knows_the_facts_hands_hardly_anything_over():
    """Both languages, all intents, follow-ups and two shops, with the builtin model."""
    ended = subprocess.run(
        [PROGRAM, "evaluate", "reply", "--cases", SHOP / "cases.jsonl", "--json",
         "--catalog", SHOP / "catalog.jsonl", "-X", f"knowledge.dir={SHOP / 'pages'}",
         "-X", f"tenants.dir={SHOP / 'tenants'}", "-X", "model.kind=builtin"],
        capture_output=True, text=True, timeout=WAIT_S, check=True)
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    summary = lines.pop()["summary"]
    wrong = [line for line in lines if line["verdict"] == "wrong"]
    assert wrong == [] and summary["grounded"] == summary["answers"]
    assert summary["language_right"] == summary["cases"] >= 60
    answerable = summary["cases"] - summary["handed_off"]
    assert summary["needless"] <= 0.05 * answerable, summary
    assert summary["intent_right"] >= 0.95 * summary["cases"], summary


ROOMS = ROOT / "tests" / "data" / "rooms"


def test_a_page_that_shares_a_noun_with_a_question_is_no_answer(tmp_path):
    """Questions that no page answers, and that name what pages are about."""
    ended = subprocess.run(
        [PROGRAM, "evaluate", "reply", "--cases", ROOMS / "cases.jsonl", "--json",
         "--catalog", ROOMS / "catalog.jsonl", "-X", f"knowledge.dir={ROOMS / 'pages'}",
         "-X", "model.kind=builtin"], capture_output=True, text=True, timeout=WAIT_S, check=True)
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    summary = lines.pop()["summary"]
    groups = {case["case"]: case["expect"]["group"]
              for case in map(json.loads, (ROOMS / "cases.jsonl").read_text().splitlines())}
    off_topic = [line for line in lines if groups[line["case"]] == "no page"]
    misled = [line for line in off_topic if line["verdict"] == "wrong"]
    assert len(off_topic) >= 35 and len(misled) <= 1, misled
    bad = [line for line in lines if line["verdict"] in ("wrong", "needless")]
    assert bad == misled, bad
    assert summary["grounded"] == summary["answers"]


def test_a_language_that_nothing_tells_is_a_language_of_a_case(tmp_path):
    cases = [{"message": text, "expect": {"language": "und"}}
             for text in ("Hvor er pakken min nu", "Where is my order?")]
    ended = evaluate(tmp_path, cases, "--json")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["language_right"] for line in lines[:-1]] == [True, False]


def test_what_is_wrong_with_a_case_is_told_with_its_place(tmp_path):
    ended = evaluate(tmp_path, [{"message": "Hello"}, {"message": "a", "expect": {"acton": "x"}}],
                     code=65)
    assert "cases.jsonl: line 2: is not a field of a case at /expect/acton" in ended.stderr
    ended = evaluate(tmp_path, [{"message": "a", "facts": {"orders": [{"id": "o1"}]}}], code=65)
    assert "cases.jsonl:1: is missing at /order_id" in ended.stderr
    assert "cases.jsonl: there is no case in it" in evaluate(tmp_path, [], code=65).stderr


def test_baskets_that_leave_nothing_to_hold_back_are_refused(tmp_path):
    path = tmp_path / "baskets.csv"
    ask = [PROGRAM, "evaluate", "recommend", "--baskets", path]
    path.write_text("customer,time,sku\nann,1,x\nann,2,y\nbob,1,x\n")
    refused = subprocess.run(ask, capture_output=True, text=True, timeout=WAIT_S)
    assert refused.returncode == 65
    assert "no customer of these (all) has three baskets" in refused.stderr
    path.write_text("customer,time,sku\nann,1,x\nann,2,y\nann,3,x\n")
    told = subprocess.run(ask, capture_output=True, text=True, timeout=WAIT_S, check=True)
    assert told.stdout.startswith("1 customers (all)")
    assert "a week is the usual distance" in told.stdout.splitlines()[0]
