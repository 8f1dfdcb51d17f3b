"""What deploy/ holds, read."""

import os
import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
PROGRAM = os.environ.get("DESKHAND", str(ROOT / "build/release/deskhand"))
# How long a worker may take to end after drain.timeout.ms: STATION_GRACE_MS.
GRACE_S = 15


def documents(path):
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]


def manifests():
    """Every Kubernetes document that a kustomization names as a resource, by its file."""
    found = {}
    for kustomization in sorted(KUBERNETES.glob("*/kustomization.yaml")):
        (settings,) = documents(kustomization)
        for name in settings.get("resources", []):
            path = kustomization.parent / name
            if path.is_file():
                found[f"{path.parent.name}/{name}"] = documents(path)
    return found


def of_kind(kind):
    return [one for many in manifests().values() for one in many if one["kind"] == kind]


def properties(path):
    """The settings in a .properties file of ours: key = value, # for a comment."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}
