"""docs/integrate.md shows payloads that keep the contract and programs that are whole."""

import re

import pytest

from tests.contract import page, reader

FENCES = {"py": "python", "java": "java", "mjs": "javascript"}


@pytest.mark.parametrize("payload,text", page.payloads(), ids=lambda value: value[:20])
def test_a_shown_payload_is_valid(payload, text):
    assert reader.faults(payload, reader.read(text.encode("utf-8"))) == set()


def test_every_block_of_code_is_named_so_that_it_is_tested():
    assert page.blocks()
    assert [block for block in page.blocks() if block[0] is None] == []


def test_there_is_a_producer_and_a_reader_in_each_language():
    assert page.programs().keys() >= {
        f"{name}.{suffix}" for suffix in ("py", "mjs") for name in ("ask", "read")}
    assert page.programs().keys() >= {"Ask.java", "Read.java"}


def test_the_language_of_a_program_is_that_of_its_name():
    for what, name, language, _ in page.blocks():
        assert language == (FENCES[name.rsplit(".", 1)[1]] if what == "file" else "json")


def test_every_inbound_payload_that_is_worked_on_is_shown():
    assert {name for name, _ in page.payloads()} >= {
        "message", "order", "catalog", "copy-request", "handback"}


def test_every_link_leads_to_a_file_or_a_heading():
    text = page.PAGE.read_text("utf-8")
    headings = {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
                for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        else:
            assert (page.PAGE.parent / target).exists()
