"""python -m tests.bench [options] [ROW...]

Measures the built worker on real services and prints a table for each row. Without names: all
rows. --size 0.02 makes everything small, to see that it runs; its numbers mean nothing.
"""

import argparse
import pathlib
import sys

from tests.bench import (
    row_burst,
    row_cached,
    row_capacity,
    row_delivery,
    row_orders,
    row_overhead,
    row_quiet,
    row_ranking,
    row_shop,
    row_start,
    row_steady,
    row_uncached,
    row_waiting,
    table,
)
from tests.bench.stage import Stage

ROWS = {
    "cached": row_cached.measure,
    "uncached": row_uncached.measure,
    "start": row_start.measure,
    "delivery": row_delivery.measure,
    "quiet": row_quiet.measure,
    "waiting": row_waiting.measure,
    "capacity": row_capacity.measure,
    "burst": row_burst.measure,
    "overhead": row_overhead.measure,
    "shop": row_shop.measure,
    "orders": row_orders.measure,
    "ranking": row_ranking.measure,
    "steady": row_steady.measure,
}


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--size", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--save", type=pathlib.Path, help="file for the tables as Markdown")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        sys.exit(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    texts = []
    with Stage() as stage:
        for name in options.rows or ROWS:
            made = ROWS[name](stage, options.size)
            print(table.as_text(made), flush=True)
            texts.append(table.as_markdown(made))
            if options.save:
                options.save.write_text("\n".join([*texts, table.circumstances() + "\n"]))
    print(table.circumstances())


if __name__ == "__main__":
    main()
