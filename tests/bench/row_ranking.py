"""What to offer a customer: how long the ranking takes, and how much memory the orders."""

from tests.bench import stage as benches
from tests.bench.table import Table

CUSTOMERS = 14_000
LINES = 570_000
REQUESTS = 10_000
RATE = 1_000
ROUNDS = 3


def measure(_stage, size):
    customers, lines, requests = (max(int(number * size), 100)
                                  for number in (CUSTOMERS, LINES, REQUESTS))
    rounds = sorted((benches.program("ranking_bench", customers, lines, requests, RATE)
                     for _ in range(ROUNDS if size >= benches.SMALL else 1)),
                    key=lambda told: told["p99_us"])
    best, said = rounds[0], rounds[len(rounds) // 2]
    table = Table(
        "Ranking",
        f"{said['lines']:,} order lines of {customers:,} customers, half of each order bought "
        f"before; then {requests:,} requests for ten products, {RATE:,} a second. The time of "
        "one counts from when it was due, so it has waiting for the one before in it, and for the "
        f"processor. Told is the median of {len(rounds)} rounds, and the best one beside it.",
    )
    table.add("ranking for one customer, 99 of 100", said["p99_us"] / 1000, "ms", "under 5 ms",
              f"best {best['p99_us'] / 1000:.2f} ms; CPU time {said['cpu_p99_us'] / 1000:.2f} ms",
              digits=2)
    table.add("the middle one", said["p50_us"] / 1000, "ms", "",
              f"best {best['p50_us'] / 1000:.2f} ms; CPU time {said['cpu_p50_us'] / 1000:.2f} ms",
              digits=2)
    table.add("CPU time to learn an order line", said["learn_us"], "us", digits=2)
    table.add("memory of all orders and ties", said["bytes"] / 2**20, "MB", "",
              f"{said['bytes']:,} bytes, {said['bytes'] / said['lines']:.0f} a line")
    return table
