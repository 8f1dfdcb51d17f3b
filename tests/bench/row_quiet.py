"""One question at a time: from the model's reply to the answer that a reader sees."""

import json
import statistics
import time

from tests.bench import stage as benches
from tests.bench.table import Table

QUESTIONS = 200
DELAY_MS = 20
CODE = "The reply code is "
CODE_LETTERS = 16
MODES = ("exactly-once", "at-least-once")


def measure(stage, size):
    count = max(int(QUESTIONS * size), 10)
    table = Table(
        "Quiet worker",
        f"{count} questions, each sent when the one before is answered. From the moment at which "
        "the model sends its reply to the moment at which a read_committed reader has the answer; "
        "the same with at-least-once delivery beside it.",
    )
    model = stage.model(DELAY_MS)
    once, least = (one_round(stage, model, count, mode) for mode in MODES)
    table.add("model's reply to readable answer, median", statistics.median(once), "ms",
              "within 30 ms", f"at least once {statistics.median(least):.1f} ms")
    table.add("the same, 99 of 100", benches.rank(once, 0.99), "ms", "",
              f"at least once {benches.rank(least, 0.99):.1f} ms")
    return table


def one_round(stage, model, count, mode):
    """Milliseconds of each answer."""
    worker = stage.worker("quiet", model)
    worker.start(delivery=mode)
    text = benches.distinct(worker)
    times_ms = []
    with benches.reader(worker, "answers") as answers:
        for number in range(count):
            benches.send(worker, 1, 1, text, first=number)
            answer = answers.next()
            read_us = time.time() * 1e6
            times_ms.append((read_us - sent_us(json.loads(answer.value())["text"])) / 1000)
    assert worker.end() == 0
    return times_ms


def sent_us(text):
    """When delay_model_bench sent the reply; it says so in letters."""
    letters = text.split(CODE, 1)[1][:CODE_LETTERS]
    return sum((ord(letter) - ord("a")) << 4 * place for place, letter in enumerate(letters[::-1]))
