"""`deskhand chat`: the pipeline line by line, without Kafka."""

import json
import subprocess

import pytest

from tests.contract import reader
from tests.flow.worker import PROGRAM, WAIT_S
from tests.services.fake_model import FakeModel, mark, reply

KETTLE = {
    "sku": "KTL-17", "name": "Kettle", "price": "39.90", "currency": "EUR",
    "shipping": {"min_days": 11, "max_days": 13},
}


@pytest.fixture
def catalog(tmp_path):
    path = tmp_path / "catalog.jsonl"
    path.write_text(json.dumps(KETTLE) + "\n")
    return str(path)


def chat(*arguments, given=b"", code=0):
    ended = subprocess.run([PROGRAM, "chat", *arguments], input=given, capture_output=True,
                           timeout=WAIT_S)
    assert ended.returncode == code, ended.stderr
    return ended


def outcomes(*arguments, given=b""):
    lines = chat("--json", *arguments, given=given).stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_a_line_is_answered_and_the_end_of_input_ends_it(catalog):
    ended = chat("--catalog", catalog, "--sku", "KTL-17",
                 given="请问这个产品的运输时间是多少?\n".encode())
    assert ended.stdout.decode().startswith("  answer: ")
    assert "11-13天" in ended.stdout.decode()


def test_lines_are_answered_in_order_and_know_what_was_said_before(catalog):
    told = outcomes("--catalog", catalog, given=(
        b"How long does shipping take?\nHello!\nHow much is the kettle?\n"))
    assert [line["value"]["in_reply_to"] for line in told] == ["line-1", "line-2", "line-3"]
    assert "Which product" in told[0]["value"]["text"]
    on_page = outcomes("--catalog", catalog, "--sku", "KTL-17",
                       given=b"How long does shipping take?\nand the price?\n")
    assert "11 to 13 days" in on_page[0]["value"]["text"]
    assert "39.90 EUR" in on_page[1]["value"]["text"]


def test_json_lines_keep_the_schema():
    told = outcomes("--customer", "u-9", given=b"Hello!\n")
    assert told[0]["outcome"] == "answer" and told[0]["value"]["customer_id"] == "u-9"
    value = json.dumps(told[0]["value"]).encode()
    assert reader.faults("answer", reader.read(value)) == set()


def test_a_line_that_is_no_text_is_refused_and_the_next_one_answered():
    told = outcomes(given=b"\xff\xfe\nHello!\n\n   \nThanks, bye!\n")
    assert [line["outcome"] for line in told] == ["dead-letter", "answer", "answer"]
    assert told[0]["reason"] == "utf8"


def test_an_order_that_nobody_knows_is_handed_off_without_a_word_of_a_failed_call():
    ended = chat(given=b"where is my order 12345?\n")
    assert ended.stdout.startswith(b"  handoff: no_facts")
    assert ended.stderr == b""


def test_what_is_handed_off_stays_with_the_person_until_it_is_given_back():
    told = outcomes(given="请转人工\nHello!\n/handback\nHello!\n".encode())
    assert [(line["outcome"], line.get("value", {}).get("reason")) for line in told] == [
        ("handoff", "person_wanted"), ("handoff", "with_person"), ("nothing", None),
        ("answer", None)]


def test_a_reader_that_is_gone_ends_it():
    endless = subprocess.Popen(["yes", "Hello!"], stdout=subprocess.PIPE)
    try:
        talk = subprocess.Popen([PROGRAM, "chat"], stdin=endless.stdout, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)
        assert talk.stdout.readline().startswith(b"  answer: ")
        talk.stdout.close()
        assert b"the reader gone" in talk.stderr.read()
        assert talk.wait(WAIT_S) == 74
    finally:
        endless.kill()
        endless.communicate()


def test_a_file_is_read_instead_of_stdin(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("Hello!\nThanks!")
    assert [line["outcome"] for line in outcomes(str(path))] == ["answer", "answer"]


def test_the_model_of_the_settings_is_asked():
    asked = f"你好，可以送货到北京吗 {mark(1, 1)}"
    with FakeModel() as model:
        settings = ["-X", "model.kind=openai", "-X", f"model.url={model.url}",
                    "-X", "model.name=fake"]
        told = outcomes(*settings, given=f"{asked}\n".encode())
        assert told[0]["value"]["text"] == reply(asked)
        assert model.calls()["total"] == 1


def test_who_types_is_not_kept_waiting_by_a_model_that_is_away():
    settings = ["-X", "model.kind=openai", "-X", "model.url=http://127.0.0.1:1/v1",
                "-X", "model.name=fake"]
    [told] = outcomes(*settings, given="Do you have a shop in Rome?\n".encode())
    assert (told["outcome"], told["value"]["reason"]) == ("handoff", "no_backend")


def test_a_tenants_shop_answers_from_its_own_pages(tmp_path):
    for tenant, days in (("oak", 14), ("elm", 60)):
        pages = tmp_path / tenant / "knowledge"
        pages.mkdir(parents=True)
        (pages / "returns.md").write_text(f"# Returns\n\nYou can return goods for {days} days.\n")
    [told] = outcomes("--tenant", "elm", "-X", f"tenants.dir={tmp_path}",
                      given=b"Can I return goods?\n")
    assert "60 days" in told["value"]["text"]


def test_what_asks_for_the_catalogue_is_known_again_and_a_name_is_no_wish(tmp_path):
    path = tmp_path / "catalog.jsonl"
    path.write_text("".join(json.dumps(product) + "\n" for product in (
        KETTLE, {"sku": "EX-1", "name": "Exchange adapter", "price": "5.00", "currency": "EUR"})))
    said = [outcome["value"].get("text") for outcome in outcomes(
        "--catalog", str(path), given=b"What do you have under 30 euros?\n" * 2
        + b"How much is the exchange adapter?\n")]
    assert len(said) == 3
    assert all("Exchange adapter (EX-1)" in text and "5.00 EUR" in text for text in said)
    assert "Kettle" not in said[0] + said[1]


@pytest.mark.parametrize("arguments,code,words", [
    (["/nonexistent/lines"], 66, "/nonexistent/lines"),
    (["--catalog", "/nonexistent/catalog", "-"], 66, "/nonexistent/catalog"),
    (["-X", "model.kind=openai", "-"], 78, "model.url"),
    (["-X", "model.knid=openai", "-"], 78, "model.kind"),
    (["--loud"], 64, "--loud"),
])
def test_what_is_wrong_is_said_with_an_exit_code(arguments, code, words):
    assert words in chat(*arguments, code=code).stderr.decode()


def test_a_catalogue_that_breaks_the_contract_is_refused_with_its_line(catalog, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text(json.dumps(KETTLE) + "\n\n" + json.dumps(KETTLE | {"sku": 5}) + "\n")
    said = chat("--catalog", str(bad), "-", code=65).stderr.decode()
    assert f"{bad}:3: " in said and " at /sku" in said
