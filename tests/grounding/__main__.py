"""Draws replies, alters one fact in each, and holds both against the screen.

    python -m tests.grounding PROGRAM [--seed 1] [--count 500] [--show]

PROGRAM is tests/bench/screen_bench.c as it was built. Ends with 1 when an altered reply passes, or
two in a hundred true ones do not."""

import argparse
import collections
import json
import subprocess
import sys

from tests.grounding.draw import ALTERATIONS, draw

FALSE_ALARMS_MAX = 0.02


def verdicts(program, cases):
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    print(done.stderr.strip())
    return done.stdout.split()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--show", action="store_true", help="print each reply that is judged wrong")
    options = parser.parse_args()
    cases = list(draw(options.seed, options.count))
    true = verdicts(options.program, [case[0] for case in cases])
    altered = verdicts(options.program, [case[1] for case in cases])
    missed, alarmed = collections.Counter(), collections.Counter()
    for (right, wrong, kind), on_right, on_wrong in zip(cases, true, altered, strict=True):
        missed[kind] += on_wrong == "none"
        alarmed[kind] += on_right != "none"
        if options.show and on_wrong == "none":
            print(f"missed ({kind}): {wrong['reply']}")
        if options.show and on_right != "none":
            print(f"false alarm ({kind}, {on_right}): {right['reply']}")
    drawn = collections.Counter(case[2] for case in cases)
    print(f"{'altered':20} {'drawn':>6} {'missed':>7} {'false alarms':>13}")
    for kind in ALTERATIONS:
        print(f"{kind:20} {drawn[kind]:6} {missed[kind]:7} {alarmed[kind]:13}")
    misses, alarms = missed.total(), alarmed.total()
    print(f"{'all':20} {len(cases):6} {misses:7} {alarms:13}")
    return 1 if misses or alarms >= FALSE_ALARMS_MAX * len(cases) else 0


if __name__ == "__main__":
    sys.exit(main())
