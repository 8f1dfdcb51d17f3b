"""What docs/integrate.md shows, taken from the page itself.

A block of code is named by the comment before it: `<!-- file: ask.py -->` is a whole program,
`<!-- payload: order -->` an example of that payload."""

import re

from tests.contract import reader

PAGE = reader.SCHEMAS.parent / "docs" / "integrate.md"
BLOCK = re.compile(r"(?:<!-- (file|payload): ([\w.-]+) -->\n)?```(\w*)\n(.*?)^```$",
                   re.DOTALL | re.MULTILINE)


def blocks():
    """Every block of code as (what, name, language, text); what is None when it has no name."""
    return [match.groups() for match in BLOCK.finditer(PAGE.read_text("utf-8"))]


def programs():
    return {name: text for what, name, _, text in blocks() if what == "file"}


def payloads():
    return [(name, text) for what, name, _, text in blocks() if what == "payload"]


def write_programs(folder):
    for name, text in programs().items():
        (folder / name).write_text(text, "utf-8")
