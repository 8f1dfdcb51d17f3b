"""Which reports of ThreadSanitizer count."""

import pytest

from tests.checker import tsan

FETCH = "rd_kafka_toppar_fetch_backoff deps/src/librdkafka-2.15.1-tsan/src/rdkafka_fetcher.c:67"
STATE = "rd_kafka_toppar_set_fetch_state deps/src/librdkafka-2.15.1-tsan/src/rdkafka_partition.c:387"
FREE = "free ../../../../src/libsanitizer/tsan/tsan_interceptors_posix.cpp:711"
OURS = "watch_sent worker/adapter/txn_listen.c:31"


def race(one=FETCH, other=STATE, threads=("T10", "T2"), names=("rdk:broker1", "rdk:main")):
    def frames(first):
        return "".join(f"    #{n} {frame} (deskhand+0x{n})\n" for n, frame in enumerate(
            [*first.split("|"), "_thrd_wrapper_function deps/src/librdkafka-2.15.1/src/tinycthread.c"]))
    return (
        "WARNING: ThreadSanitizer: data race (pid=15420)\n"
        f"  Write of size 8 at 0x7b64000209b8 by {_by(threads[0])}:\n{frames(one)}\n"
        f"  Previous write of size 8 at 0x7b64000209b8 by {_by(threads[1])} (mutexes: write M377):\n"
        f"{frames(other)}\n"
        "  Location is heap block of size 1208 at 0x7b6400020800 allocated by thread T2:\n"
        f"{frames(FREE)}\n"
        + "".join(f"  Thread {thread} '{name}' (tid=15431, running) created by main thread at:\n"
                  for thread, name in zip(threads, names) if thread != "main")
        + "SUMMARY: ThreadSanitizer: data race\n")


def _by(thread):
    return "main thread" if thread == "main" else f"thread {thread}"


def test_a_race_between_threads_and_functions_of_librdkafka_does_not_count():
    assert not tsan.counts(race())
    assert not tsan.counts(race(one=f"{FREE}|{FETCH}"))


@pytest.mark.parametrize("report", [
    race(one=OURS),
    race(other=OURS),
    race(one=f"{FREE}|{OURS}"),
    race(threads=("main", "T2")),
    race(names=("commit", "rdk:main")),
    race().replace("data race", "heap-use-after-free"),
    race().replace("Previous write", "Something else"),
])
def test_a_race_that_code_or_threads_of_ours_have_part_in_counts(report):
    assert tsan.counts(report)


def test_the_reports_of_a_log_are_told_apart_and_those_that_count_are_printed(tmp_path, capsys):
    log = tmp_path / "tsan.1"
    line = "=" * 18 + "\n"
    log.write_text(line + race() + line + race(one=OURS) + line)
    assert tsan.main([str(log)]) == 1
    printed = capsys.readouterr().out
    assert "watch_sent" in printed
    assert printed.endswith("1 of 2 reports count\n")
    log.write_text(line + race() + line)
    assert tsan.main([str(log)]) == 0
