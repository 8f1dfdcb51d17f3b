"""The Kubernetes documents keep their schemas, the restricted profile, and our promises."""

import json
import re
import shutil
import subprocess

import kubernetes_validate
import pytest
import yaml

from tests.contract.packages import npm_packages
from tests.deploy.folder import (
    GRACE_S,
    KUBERNETES,
    ROOT,
    documents,
    manifests,
    of_kind,
    properties,
)

# The oldest and the newest that the documents are meant for.
KUBERNETES_VERSIONS = ("1.29", "1.35")
KEDA = "@kubernetes-models/keda@2.0.0"
NODE_S = 60
KUSTOMIZE_S = 60
WORKLOADS = ("StatefulSet", "Job")


def native():
    return [
        pytest.param(one, id=f"{file}-{one['kind']}")
        for file, many in manifests().items()
        for one in many
        if not one["apiVersion"].startswith("keda.sh/")
    ]


def pods():
    return [
        pytest.param(one["spec"]["template"], id=kind) for kind in WORKLOADS for one in of_kind(kind)
    ]


def worker():
    (found,) = of_kind("StatefulSet")
    return found


def worker_container():
    (container,) = worker()["spec"]["template"]["spec"]["containers"]
    return container


def scaled_object():
    (found,) = of_kind("ScaledObject")
    return found


def patched(document, path):
    """The document after a JSON patch (RFC 6902) of adds, removals and replacements of members."""
    for step in documents(path)[0]:
        *way, last = step["path"].lstrip("/").split("/")
        place = document
        for name in way:
            place = place[name]
        assert (last in place) == (step["op"] != "add"), step
        if step["op"] == "remove":
            del place[last]
        else:
            place[last] = step["value"]
    return document


def as_deployment():
    return patched(worker(), KUBERNETES / "deployment/workload.yaml")


def keda_faults(*documents_):
    run = subprocess.run(
        ["node", ROOT / "tests" / "deploy" / "keda.mjs", npm_packages(KEDA)],
        input=json.dumps(documents_), capture_output=True, text=True, timeout=NODE_S, check=True,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("document", native())
def test_documents_keep_the_schemas_of_kubernetes(document, version):
    kubernetes_validate.validate(document, version, strict=True)


def test_a_misspelt_field_would_be_found():
    wrong = worker()
    wrong["spec"]["template"]["spec"]["terminationGracePeriod"] = 45
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES_VERSIONS[0], strict=True)


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_workers_can_be_a_deployment(version):
    changed, before = as_deployment(), worker()
    kubernetes_validate.validate(changed, version, strict=True)
    assert changed["kind"] == "Deployment"
    assert changed["spec"]["template"] == before["spec"]["template"]
    assert changed["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_a_field_of_the_stateful_set_left_in_the_deployment_would_be_found(version):
    wrong = as_deployment()
    wrong["spec"]["serviceName"] = "deskhand"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, version, strict=True)


def test_the_scaler_follows_the_workers_into_a_deployment():
    scaled = patched(scaled_object(), KUBERNETES / "deployment/scaler.yaml")
    assert scaled["spec"]["scaleTargetRef"]["kind"] == as_deployment()["kind"]
    assert keda_faults(scaled) == [""]


def test_the_scaled_object_keeps_kedas_schema():
    wrong = scaled_object()
    del wrong["spec"]["scaleTargetRef"]
    good, bad = keda_faults(scaled_object(), wrong)
    assert good == ""
    assert "scaleTargetRef" in bad


def test_the_gates_trigger_keeps_kedas_schema_and_asks_for_a_metric_that_workers_have():
    [patch] = documents(KUBERNETES / "keda-gate/trigger.yaml")[0]
    [component] = documents(KUBERNETES / "keda-gate/kustomization.yaml")
    scaled = scaled_object()
    assert patch["op"] == "add" and patch["path"] == "/spec/triggers/-"
    assert component["patches"][0]["target"] == {
        "kind": scaled["kind"], "name": scaled["metadata"]["name"]}
    scaled["spec"]["triggers"].append(patch["value"])
    assert keda_faults(scaled) == [""]
    [metric] = re.findall(r"deskhand_\w+", patch["value"]["metadata"]["query"])
    assert f"| `{metric}` |" in (ROOT / "docs/metrics.md").read_text("utf-8")


@pytest.mark.parametrize("pod", pods())
def test_pods_keep_the_restricted_profile(pod):
    spec = pod["spec"]
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & spec.keys()
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] >= 1000
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert {next(iter(volume.keys() - {"name"})) for volume in spec["volumes"]} <= {
        "configMap", "secret"
    }
    for container in spec["containers"]:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert all("hostPort" not in port for port in container.get("ports", []))
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("pod", pods())
def test_the_environment_holds_nothing_of_other_services(pod):
    assert pod["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("pod", pods())
def test_secrets_are_files_and_never_in_the_environment(pod):
    for container in pod["spec"]["containers"]:
        assert all("value" not in one for one in container.get("env", []))
        assert all("secretKeyRef" not in one.get("valueFrom", {}) for one in container.get("env", []))
        mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
        assert mounts["secrets"]["mountPath"] == "/run/secrets/deskhand"
        assert all(mount["readOnly"] for mount in mounts.values())
    for path in KUBERNETES.rglob("*.properties"):
        files = [value for key, value in properties(path).items() if key.endswith(".file")]
        assert files and all(name.startswith("/run/secrets/deskhand/") for name in files)


def test_the_namespace_enforces_the_restricted_profile():
    (namespace,) = of_kind("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_a_worker_is_called_by_the_stable_name_of_its_pod():
    (name,) = [one for one in worker_container()["env"] if one["name"] == "DESKHAND_WORKER_ID"]
    assert name["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"
    assert worker()["spec"]["podManagementPolicy"] == "Parallel"


def test_a_pod_is_given_more_time_to_end_than_a_worker_takes():
    grace_s = worker()["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    for path in KUBERNETES.rglob("*.properties"):
        assert grace_s > int(properties(path)["drain.timeout.ms"]) / 1000 + GRACE_S


def test_three_probes_ask_the_port_that_the_settings_open():
    container = worker_container()
    (port,) = container["ports"]
    paths = {
        name: container[name]["httpGet"]
        for name in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert {one["port"] for one in paths.values()} == {port["name"]}
    assert [one["path"] for one in paths.values()] == ["/livez", "/livez", "/readyz"]
    for path in KUBERNETES.rglob("*.properties"):
        assert properties(path)["http.listen"] == f":{port['containerPort']}"


def test_selectors_find_the_workers_and_nothing_else():
    labels = worker()["spec"]["template"]["metadata"]["labels"]
    (service,) = of_kind("Service")
    (budget,) = of_kind("PodDisruptionBudget")
    (policy,) = of_kind("NetworkPolicy")
    (job,) = of_kind("Job")
    job_labels = job["spec"]["template"]["metadata"]["labels"]
    assert worker()["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels != job_labels
    assert budget["spec"]["selector"]["matchLabels"] == labels
    for pod_labels in (labels, job_labels):
        assert policy["spec"]["podSelector"]["matchLabels"].items() <= pod_labels.items()
    assert budget["spec"]["maxUnavailable"] == 1


def test_the_network_policy_lets_in_the_probe_port_alone():
    (policy,) = of_kind("NetworkPolicy")
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert [rule["ports"] for rule in policy["spec"]["ingress"]] == [[{"port": "http"}]]
    out = {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
    for path in KUBERNETES.rglob("*.properties"):
        settings = properties(path)
        for key in ("kafka.bootstrap.servers", "store.url", "model.url"):
            if port := re.search(r":(\d+)(/|$)", settings.get(key, "")):
                assert int(port[1]) in out, f"{path}: {key}"


def test_the_scaler_watches_the_lag_of_what_the_workers_read():
    spec = scaled_object()["spec"]
    assert spec["scaleTargetRef"]["kind"] == worker()["kind"]
    assert spec["scaleTargetRef"]["name"] == worker()["metadata"]["name"]
    assert spec["minReplicaCount"] == 1
    table = (ROOT / "common" / "topic.def").read_text("utf-8")
    inputs = re.findall(r'"(support\.[a-z-]+)",\s*INPUT,\s*DELETED,\s*(\d+)', table)
    watched = {trigger["metadata"]["topic"] for trigger in spec["triggers"]}
    # People give conversations back, and feedback is only counted: never so much of either that a
    # worker more would help.
    assert watched == {name for name, _ in inputs} - {"support.handbacks", "support.feedback"}
    assert spec["maxReplicaCount"] <= max(int(partitions) for _, partitions in inputs)
    for path in KUBERNETES.rglob("*.properties"):
        settings = properties(path)
        for trigger in spec["triggers"]:
            asked = trigger["metadata"]
            assert asked["bootstrapServers"] == settings["kafka.bootstrap.servers"]
            assert asked["consumerGroup"] == settings["kafka.group.id"]
            assert all(isinstance(value, str) for value in asked.values())


def test_images_carry_a_version():
    version = re.search(r"(?m)^VERSION := (\S+)$", (ROOT / "Makefile").read_text("utf-8"))[1]
    for folder in ("base", "example"):
        (settings,) = documents(KUBERNETES / folder / "kustomization.yaml")
        assert [image["newTag"] for image in settings["images"]] == [version]


def kustomize(folder):
    program = next((one for one in (["kustomize", "build"], ["kubectl", "kustomize"])
                    if shutil.which(one[0])), None)
    if not program:
        pytest.skip("needs kustomize or kubectl, which Debian does not have")
    run = subprocess.run([*program, folder], capture_output=True, text=True,
                         timeout=KUSTOMIZE_S, check=True)
    return run.stdout


@pytest.mark.parametrize("keda", [True, False])
def test_kustomize_makes_a_deployment_of_it(keda, tmp_path):
    shutil.copytree(KUBERNETES, tmp_path / "kubernetes")
    overlay = tmp_path / "kubernetes/example/kustomization.yaml"
    (settings,) = documents(overlay)
    settings["components"] = ["../keda"] * keda + ["../topics", "../deployment"]
    overlay.write_text(yaml.safe_dump(settings))
    path = tmp_path / "all.yaml"
    path.write_text(kustomize(overlay.parent))
    every = documents(path)
    assert "StatefulSet" not in {one["kind"] for one in every}
    (workers,) = [one for one in every if one["kind"] == "Deployment"]
    assert workers["spec"]["template"]["spec"]["serviceAccountName"] == "deskhand"
    assert ("replicas" in workers["spec"]) == (not keda)
    targets = [one["spec"]["scaleTargetRef"]["kind"] for one in every
               if one["kind"] == "ScaledObject"]
    assert targets == ["Deployment"] * keda


@pytest.mark.parametrize("folder", ["base", "example"])
def test_kustomize_puts_it_together(folder, tmp_path):
    path = tmp_path / "all.yaml"
    path.write_text(kustomize(KUBERNETES / folder))
    every = documents(path)
    (settings,) = [one for one in every if one["kind"] == "ConfigMap"]
    name = settings["metadata"]["name"]
    assert re.fullmatch(r"deskhand-[a-z0-9]{10}", name)
    assert {one["metadata"].get("namespace", "deskhand") for one in every} == {"deskhand"}
    for one in every:
        if one["kind"] in WORKLOADS:
            volumes = {volume["name"]: volume for volume in one["spec"]["template"]["spec"]["volumes"]}
            assert volumes["settings"]["configMap"]["name"] == name
            (container,) = one["spec"]["template"]["spec"]["containers"]
            assert container["image"].endswith("deskhand:0.1.0")
    (workers,) = [one for one in every if one["kind"] == "StatefulSet"]
    assert ("replicas" in workers["spec"]) == (folder == "base")
    source = (KUBERNETES / folder / "deskhand.properties").read_text("utf-8")
    assert settings["data"]["deskhand.properties"] == source
