"""The table in docs/guarantees.md says what the result files say, and nothing else."""

from tests.fault import table


def test_the_page_shows_what_the_result_files_say():
    text = table.PAGE.read_text()
    assert table.page(text) == text, "run: python -m tests.fault.table"


def test_a_changed_row_is_noticed():
    text = table.PAGE.read_text()
    changed = text.replace("| F01 |", "| F01 (better than measured) |", 1)
    assert changed != text
    assert table.page(changed) != changed
