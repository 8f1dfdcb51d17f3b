"""Checks atomicity (I5) while a run goes on, from outside.

Between two readings of the outputs the committed offsets are read once. An outcome that was
visible before must be settled by them, since the broker answers only when transactions that are
being decided are decided; and what they settle must be visible once the reader is past the ends
that the output partitions had afterwards.
"""

from tests.checker import rules
from tests.checker.evidence import Evidence


def probe(sent, reader, live, group, inputs):
    """The I5 violations of this moment. `sent`: what was sent before the call."""
    before = live.outputs()
    progress = reader.progress(group, inputs)
    live.wait_past(reader.ends(reader.kinds))
    after = live.outputs()
    limits = rules.Limits(has_ended=False)
    early = rules.Case(Evidence(sent, before, progress=progress), limits)
    rules.outputs_are_settled(early)
    late = rules.Case(Evidence(sent, after, progress=progress), limits)
    rules.settled_are_visible(late)
    return early.report.violations + late.report.violations
