"""A backend whose capacity drops to a tenth and comes back: how the limit follows it."""

import json
import pathlib
import statistics
import threading
import time

from tests.bench import stage as benches
from tests.bench.table import Table
from tests.services.fake_model import FakeModel

RESULT = pathlib.Path(__file__).parent / "results/capacity.json"
CAPACITIES = (200, 20, 200)
DELAY_MS = (250, 750)
MEAN_S = sum(DELAY_MS) / 2000
PHASE_S = 25
SETTLE_S = 10
SAMPLE_S = 0.25
SPARE = 1.3  # more messages than can be answered: there is always demand
LIMIT = 'deskhand_gate_limit{backend="1"}'
RUNNING = 'deskhand_gate_running{backend="1"}'


def measure(stage, size):
    settle_s = SETTLE_S if size >= benches.SMALL else 1
    phase_s = max(PHASE_S * size, settle_s + 2)
    table = Table(
        "A backend whose capacity changes",
        f"A fake model that bears 200 calls at once for {phase_s:.0f} s, then 20, then 200; one "
        f"more is refused with 429. Calls of {MEAN_S * 1000:.0f} ms on average, more questions than "
        f"can be answered. Measured from {settle_s} s after each change.",
    )
    model = stage.enter_context(FakeModel())
    worker = stage.worker("capacity", model)
    samples = one_run(worker, model, phase_s)
    if size >= 1:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(samples) + "\n")
    for part, capacity in enumerate(CAPACITIES):
        phase = [s for s in samples if s["part"] == part]
        before = next((s for s in reversed(samples) if s["part"] < part), phase[0])
        settled = [s for s in phase if s["at_s"] >= part * phase_s + settle_s]
        good = settled[-1]["good"] - settled[0]["good"]
        best = capacity / MEAN_S * (settled[-1]["at_s"] - settled[0]["at_s"])
        table.add(f"capacity {capacity}: answers", 100 * good / best, "% of the optimum",
                  "at least 85 %",
                  f"{100 * statistics.mean(s['running'] for s in settled) / capacity:.0f} % of the "
                  "calls it bears were under way on average")
        refused = phase[-1]["refused"] - before["refused"]  # with those of the change itself
        calls = refused + phase[-1]["good"] - before["good"]
        table.add(f"capacity {capacity}: refused", 100 * refused / max(calls, 1), "%", "under 2 %",
                  digits=2)
    return table


def one_run(worker, model, phase_s):
    """Limit, running calls, answers and refusals, four times a second."""
    model.behave(delay_ms=list(DELAY_MS), capacity=CAPACITIES[0])
    worker.start(model__inflight__max="256", inflight__max="4096")
    count = int(sum(c / MEAN_S * phase_s for c in CAPACITIES) * SPARE)
    sender = threading.Thread(
        target=benches.send, args=(worker, count, count, benches.distinct(worker)), daemon=True)
    sender.start()
    benches.wait_until(lambda: worker.series()[RUNNING] > 0, benches.WAIT_S, "the first call")
    samples = []
    begun = time.monotonic()
    for part, capacity in enumerate(CAPACITIES):
        model.behave(delay_ms=list(DELAY_MS), capacity=capacity)
        while time.monotonic() < begun + (part + 1) * phase_s:
            samples.append(sample(worker, model, part, capacity, begun))
            time.sleep(SAMPLE_S)
    sender.join()
    model.behave()
    worker.child.kill()
    return samples


def sample(worker, model, part, capacity, begun):
    series = worker.series()
    statuses = model.calls()["statuses"]
    return {"at_s": round(time.monotonic() - begun, 2), "part": part, "capacity": capacity,
            "limit": series[LIMIT], "running": series[RUNNING], "good": statuses.get("200", 0),
            "refused": statuses.get("429", 0)}
