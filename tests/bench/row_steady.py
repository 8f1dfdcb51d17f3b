"""A worker under the same load for minutes: whether its memory grows, and how long its loop stalls."""

import threading
import time

from tests.bench import gauge
from tests.bench import stage as benches
from tests.bench.table import Table

SECONDS = 300
RATE = 200
CONVERSATIONS = 500
DELAY_MS = 50
SAMPLE_S = 1
WARM = 0.4  # of the time: until pools, caches and histograms are as large as they get
TURNS = "deskhand_loop_turn_seconds"
STALL_S = 0.01


def measure(stage, size):
    seconds = max(int(SECONDS * size), 5)
    table = Table(
        "Steady load",
        f"{RATE} distinct messages a second of {CONVERSATIONS} conversations for {seconds} s, a model "
        f"that takes {DELAY_MS} ms, exactly once. Resident memory is read each second; its slope is "
        f"that of the line through all that was read behind the first {WARM:.0%} of the time, so "
        "that a longer run says more. A turn of the loop is counted by its processor time: so long "
        "at least all else has waited.",
    )
    worker = stage.worker("steady", stage.model(DELAY_MS))
    worker.start()
    pid, samples, is_over = worker.child.pid, [], threading.Event()
    sampler = threading.Thread(target=sample, args=(pid, samples, is_over))
    sampler.start()
    try:
        benches.send(worker, RATE * seconds, CONVERSATIONS, benches.distinct(worker), per_s=RATE)
        worker.wait_settled(RATE * seconds)
    finally:
        is_over.set()
        sampler.join()
    turns = worker.histogram(TURNS)
    assert worker.end() == 0
    kept = [one for one in samples if one[0] >= samples[-1][0] * WARM]
    table.add("resident memory, slope", slope(kept) * 3600, "MB/h", "under 1 MB/h",
              f"{kept[0][1]:.1f} MB, {kept[-1][1]:.1f} MB {kept[-1][0] - kept[0][0]:.0f} s later",
              digits=2)
    table.add(f"turns of the loop within {STALL_S * 1000:.0f} ms",
              benches.share_within(turns, STALL_S) * 100, "%", "99.9 of 100",
              f"99.9 of 100 within {benches.quantile(turns, 0.999) * 1000:.2f} ms", digits=3)
    return table


def sample(pid, samples, is_over):
    """Adds (seconds from now, MB) until it is over."""
    since = time.monotonic()
    while not is_over.wait(SAMPLE_S):
        samples.append((time.monotonic() - since, gauge.resident_mb(pid)))


def slope(points):
    """Of the line through `points` with the least squares."""
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0.0
