"""The checker: holds what went in against what came out, and names what is broken.

It knows Deskhand's contract but none of its code. Evidence is one directory of plain files
(evidence.py), so that a verdict can be made again later, by anyone:

    sent.jsonl       what the producer was told that the broker took
    outputs.jsonl    every output record, and whether a read_committed reader sees it
    live.jsonl       what a read_committed reader saw while the run went on
    progress.json    the group's committed offsets with their metadata, and the input's ends
    calls.json       the calls that the fake model counted

rules.py has the invariants: I1 none lost, I2 none doubled, I3 order, I4 right content, I5 atomic,
I7 bounded model calls, and "contract" (schemas and headers).
"""
