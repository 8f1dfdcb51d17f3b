"""Alerts and dashboard ask for metrics that the worker has, in PromQL that Prometheus takes."""

import json
import re
import subprocess

import pytest
import yaml

from tests.deploy.folder import DEPLOY, PROGRAM, ROOT, documents

RULES = DEPLOY / "prometheus" / "deskhand.rules.yml"
RULES_TEST = ROOT / "tests" / "deploy" / "rules.test.yml"
DASHBOARD = DEPLOY / "grafana" / "deskhand.json"
PROMTOOL_S = 60
# What Prometheus itself adds to a series.
OWN_LABELS = {"job", "instance", "le"}


def promtool(*arguments):
    return subprocess.run(
        ["promtool", *arguments], capture_output=True, text=True, timeout=PROMTOOL_S
    )


def table():
    """What docs/metrics.md says: the labels of each series, with their values."""
    text = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    errors = set(re.findall(r"(?m)^\| `(\w+)` \| (?:retry|reject|handoff|abort|fatal) \|", text))
    found = {}
    for name, kind, told in re.findall(r"(?m)^\| `(deskhand_\w+)` \| (\w+) \| (.*?) \|", text):
        labels = {}
        for part in filter(None, told.split("; ")):
            label, values = part.split(": ", 1)
            labels[label.strip("`")] = (
                errors | {"ok"} if "#errors" in values else set(re.findall(r"`([^`]+)`", values))
            )
        for end in ("_bucket", "_sum", "_count") if kind == "histogram" else ("",):
            found[name + end] = labels
    return found


def alerts():
    (document,) = documents(RULES)
    return [rule for group in document["groups"] for rule in group["rules"]]


def panels():
    return json.loads(DASHBOARD.read_text("utf-8"))["panels"]


def queries():
    """Every expression of the dashboard, with something in place of Grafana's variables."""
    every = [target["expr"] for panel in panels() for target in panel.get("targets", [])]
    return [one.replace("$__rate_interval", "5m").replace("$", "") for one in every]


def expressions():
    return [pytest.param(rule["expr"], id=rule["alert"]) for rule in alerts()] + [
        pytest.param(query, id=f"query-{number}") for number, query in enumerate(queries())
    ]


def unknown(expression, known):
    """What the expression names that no worker shows."""
    faults = []
    for name, inside in re.findall(r"\b(deskhand_\w+)(?:\{([^}]*)\})?", expression):
        labels = known.get(name)
        if labels is None:
            faults.append(name)
            continue
        for label, sign, value in re.findall(r'(\w+)(=~|!~|!=|=)"([^"]*)"', inside):
            values = set(value.split("|") if "~" in sign else [value])
            if label not in OWN_LABELS and not values <= labels.get(label, set()):
                faults.append(f"{name}: {label}{sign}{value}")
    grouped = {word for by in re.findall(r"by \(([^)]*)\)", expression) for word in by.split(", ")}
    offered = {label for labels in known.values() for label in labels} | OWN_LABELS
    return faults + sorted(grouped - offered)


@pytest.mark.parametrize("expression", expressions())
def test_every_name_and_label_is_one_that_the_worker_shows(expression):
    assert "deskhand_" in expression
    assert unknown(expression, table()) == []


@pytest.mark.parametrize("expression", [
    "deskhand_turn_total > 0",
    "rate(deskhand_turn_seconds[5m])",
    'deskhand_turns_total{outcome="handof"}',
    'deskhand_turns_total{reason="ok"}',
    "sum by (job, err) (deskhand_dead_letters_total)",
])
def test_a_wrong_name_would_be_found(expression):
    assert unknown(expression, table()) != []


def test_the_page_has_what_the_program_prints():
    printed = subprocess.run([PROGRAM, "config", "metrics"], capture_output=True, text=True).stdout
    assert printed.strip() in (ROOT / "docs" / "metrics.md").read_text("utf-8")
    assert len(table()) > 30


def test_what_rings_is_on_the_dashboard():
    shown = set(re.findall(r"deskhand_\w+", " ".join(queries())))
    assert {name for rule in alerts() for name in re.findall(r"deskhand_\w+", rule["expr"])} <= shown


def test_prometheus_takes_the_rules():
    checked = promtool("check", "rules", RULES)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_each_alert_rings_for_what_is_wrong_and_only_then():
    tested = promtool("test", "rules", RULES_TEST)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    text = RULES_TEST.read_text("utf-8")
    for rule in alerts():
        assert f'alertname="{rule["alert"]}"' in text, rule["alert"]


def test_prometheus_takes_the_queries_of_the_dashboard(tmp_path):
    rules = [{"record": f"query:{number}", "expr": query}
             for number, query in enumerate(queries())]
    path = tmp_path / "queries.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    checked = promtool("check", "rules", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_alerts_say_what_is_wrong_and_what_to_do():
    page = (ROOT / "docs" / "operate.md").read_text("utf-8")
    for rule in alerts():
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"].keys() == {"summary", "action"}
        assert f"`{rule['alert']}`" in page, rule["alert"]


def test_panels_of_the_dashboard_have_their_place():
    taken = set()
    assert len({panel["id"] for panel in panels()}) == len(panels())
    for panel in panels():
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
