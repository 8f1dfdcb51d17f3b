"""python -m tests.checker.tsan FILE... - the reports of ThreadSanitizer that count.

librdkafka has races of its own: two of its threads touch a field without a lock. A report is left
out only when none of our code can be part of it: each side ran on a thread that librdkafka made and
named, inside a function of librdkafka. Callbacks of ours run on such threads too, which is why the
thread alone does not excuse. Everything else counts. Exit code 0: none counts; 1: some do.
"""

import pathlib
import re
import sys

SIDE = re.compile(
    r"^  (?:Previous )?(?:atomic )?(?:read|write) of size \d+ at \S+ by (?:thread )?(main|T\d+)\b",
    re.I)
FRAME = re.compile(r"^    #\d+ \S+ (\S+)")
THREAD = re.compile(r"^  Thread (T\d+) '([^']*)'", re.M)
THEIRS = "/librdkafka-"
SANITIZER = "/libsanitizer/"


def reports(text):
    """Each report of a log, whole."""
    return [part for part in re.split(r"^={10,}\n", text, flags=re.M) if "WARNING:" in part]


def counts(report):
    """Whether our code may have to do with it."""
    if "WARNING: ThreadSanitizer: data race " not in report:
        return True
    names = dict(THREAD.findall(report))
    sides = list(_sides(report))
    return len(sides) != 2 or any(
        not names.get(thread, "").startswith("rdk:") or THEIRS not in place
        for thread, place in sides)


def _sides(report):
    """The thread of each access, and the place of its innermost frame that is no interceptor."""
    thread = None
    for line in report.splitlines():
        side, frame = SIDE.match(line), FRAME.match(line)
        if side:
            thread = side[1]
        elif not frame:
            thread = None
        elif thread and SANITIZER not in frame[1]:
            yield thread, frame[1]
            thread = None


def main(files):
    found = [one for file in files for one in reports(pathlib.Path(file).read_text(errors="replace"))]
    ours = [one for one in found if counts(one)]
    for one in ours:
        print("=" * 18 + "\n" + one, end="")
    print(f"{len(ours)} of {len(found)} reports count")
    return 1 if ours else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
