"""python -m tests.fault [options] [SCENARIO...]

Stages faults on real services and judges what the workers made of them. Without names: the short
ones. Each scenario runs with its defences, which must leave it clean, and then with a defence
lowered (its control), which must be caught. Exit code 0: all as it should be; 1: not.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import time

from tests.checker.report import Report
from tests.fault import scenarios  # noqa: F401 (fills the table)
from tests.fault.rig import IN_FLIGHT, Place, Run
from tests.fault.scenario import SCENARIOS, times_at
from tests.services import places
from tests.services.child import ServiceError

RESULTS = pathlib.Path(__file__).parent / "results"
# Not a part of `make test`: on a machine that is too busy an answer waits in a socket for longer.
PAID_ONCE = {"repeats_max": IN_FLIGHT}
PORTION = 10  # rounds of a scenario that are judged together


def main(arguments=None):
    options = _parser().parse_args(arguments)
    names = options.scenario or [
        name for name, one in SCENARIOS.items() if options.all or one.is_short
    ]
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        sys.exit(f"no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    results = []
    for first, group in _by_place(names):
        with Place(seed=seed, broker_settings=first.brokers, is_secured=first.is_secured,
                   features=dict(options.feature)) as place:
            for one in group:
                results.append(_both(place, one, seed, options))
    bad = [one["scenario"] for one in results if not one["passed"]]
    print(f"\n{len(results) - len(bad)} of {len(results)} scenarios as they should be"
          + (f"; not: {', '.join(bad)}" if bad else ""))
    return 1 if bad else 0


def _by_place(names):
    """The scenarios in groups that can share one cluster, each behind its first."""
    groups = {}
    for name in names:
        one = SCENARIOS[name]
        place = json.dumps(one.brokers), one.is_secured
        groups.setdefault(place, (one, []))[1].append(one)
    return groups.values()


def _both(place, one, seed, options):
    """The scenario with its defences, and its control. What is known is written at each step."""
    print(f"== {one.name} {one.title} (seed {seed})", flush=True)
    result = {"scenario": one.name, "title": one.title, "seed": seed, "scale": options.scale,
              "features": dict(options.feature), "commit": _commit(), "passed": False,
              "rounds": None if options.hours else times_at(options.scale, *one.times)}
    found = None
    if one.control and not options.no_control:
        found = caught(place, one, seed)
        print(f"-- control: {found.counts if found else 'NOT CAUGHT'}", flush=True)
        result["control"] = dict(sorted(found.counts.items())) if found else None
        result["control figures"] = found.figures if found else None
    began, whole = time.monotonic(), Report()
    for portion, rounds in enumerate(_portions(one, options)):
        try:
            whole.take_in(stage(place, one, seed + portion, options.scale, rounds=rounds,
                                limits=PAID_ONCE))
        except ServiceError as error:  # a wait in the schedule was in vain: the others go on
            print(f"NO VERDICT: {error}", flush=True)
            whole.add("stage", "no verdict", str(error).splitlines()[0])
        result |= {"skipped": whole.skipped, "seconds": round(time.monotonic() - began),
                   **whole.as_json()}
        print(f"-- {portion + 1}: {whole.counts or 'clean'} after {result['seconds']} s",
              flush=True)
        _write(result, options)
    print(whole.as_text(), flush=True)
    if whole.skipped:
        print(f"-- skipped: {whole.skipped}", flush=True)
    result["passed"] = whole.is_clean and bool(
        options.no_control or not one.control or found or whole.skipped)
    _write(result, options)
    return result


def _write(result, options):
    name = "-".join([result["scenario"],
                     *(f"{name}-{level}" for name, level in options.feature)])
    target = (RESULTS if options.keep else places.session_dir()) / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def _portions(one, options):
    """Rounds are judged in portions, so that what was found is known early and is kept."""
    if options.hours is not None:
        until, first = time.monotonic() + options.hours * 3600, 0
        while time.monotonic() < until:
            yield range(first, first + PORTION)
            first += PORTION
        return
    rounds = range(times_at(options.scale, *one.times))
    for first in rounds[::PORTION]:
        yield rounds[first:first + PORTION]


def stage(place, one, seed, scale, *, control=None, rounds=None, limits=None):
    """One staging, of some of a scenario's rounds or all; the report. `limits` hold where the
    scenario has none of its own."""
    def settings(run):
        return one.settings_for(run) | (control.settings if control else {})

    lowered = control.lowered if control else ()
    knobs = control.knobs if control else {}
    with Run(place, seed, settings=settings, lowered=lowered, knobs=knobs, scale=scale) as run:
        run.limits |= limits or {}
        one.play(run, range(times_at(scale, *one.times)) if rounds is None else rounds)
        return run.finish()


def caught(place, one, seed):
    """The report with the defence lowered, None when it has nothing of what it must have.

    Always at the short size: what shows there needs no hundred repetitions."""
    for attempt in range(one.control.tries):
        try:
            report = stage(place, one, seed + attempt, 0, control=one.control)
        except ServiceError as error:
            print(f"-- control {attempt + 1}: {error}", flush=True)
            continue
        print(f"-- control {attempt + 1}: {report.figures}", flush=True)
        print(f"-- control {attempt + 1}: {report.examples()}", flush=True)
        if report.of(*one.control.finds):
            return report
    return None


def _commit():
    """What was run; "-dirty" when anything but results and pages has been changed since."""
    changed = ["status", "--porcelain", "--untracked-files=no", "--", ".",
               ":(exclude)tests/fault/results", ":(exclude)docs"]
    return (_git("rev-parse", "--short", "HEAD") or "unknown") + ("-dirty" if _git(*changed) else "")


def _git(*arguments):
    said = subprocess.run(["git", *arguments], cwd=places.ROOT, capture_output=True, text=True)
    return said.stdout.strip()


def _feature(text):
    name, level = text.split("=")
    return name, int(level)


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m tests.fault", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenario", nargs="*", help=f"one of {', '.join(SCENARIOS)}")
    parser.add_argument("--all", action="store_true", help="every scenario, not only the short ones")
    parser.add_argument("--seed", type=int, help="of the schedule (default: drawn, and printed)")
    parser.add_argument("--scale", type=float, default=0, help="0: short, 1: full size")
    parser.add_argument("--hours", type=float, help="go on for so long instead of so many times")
    parser.add_argument("--feature", action="append", default=[], type=_feature, metavar="NAME=N",
                        help="a feature level of the brokers, such as transaction.version=1")
    parser.add_argument("--no-control", action="store_true", help="only with the defences up")
    parser.add_argument("--keep", action="store_true", help="write results to tests/fault/results")
    return parser


if __name__ == "__main__":
    sys.exit(main())
