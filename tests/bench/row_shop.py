"""What the shop's own data costs: a catalogue of many products, and finding passages."""

from tests.bench import stage as benches
from tests.bench.table import Table

PRODUCTS = 100_000
PASSAGES = (1_000, 20_000)


def measure(_stage, size):
    products = max(int(PRODUCTS * size), 1_000)
    table = Table(
        "The shop's own data",
        f"{products:,} products of 600 bytes in the catalogue; passages of 500 bytes in two languages, "
        "of which each shares most of its words with every other; every fourth question has no rarer "
        "word, so it looks at all of them. Times are CPU time; passages are searched on a thread of their own.",
    )
    for passages in PASSAGES:
        count = max(int(passages * size), 100)
        said = benches.program("shop_bench", products, count)
        if passages == PASSAGES[0]:
            table.add("memory of the catalogue", said["catalog_mb"], "MB", "under 150 MB")
            table.add("a product put into it", said["put_us"], "us")
            table.add("a product found by words", said["named_us"], "us")
            table.add("a question to the shelves", said["shelf_us"], "us")
        table.add(f"passages found among {count:,}, middle", said["find_p50_us"] / 1000, "ms",
                  digits=2)
        table.add(f"passages found among {count:,}, 99 of 100", said["find_p99_us"] / 1000, "ms",
                  digits=2)
    return table
