#!/usr/bin/env python3
"""The Kubernetes manifests of docs/cluster.md go with each other and with paddock.

    check_manifests.py ROOT PADDOCK
    check_manifests.py --selftest ROOT PADDOCK    manifests with mistakes; each must be noticed
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import yaml

from documents import fences, read

DOCUMENT = "docs/cluster.md"
SHUTDOWN = 8  # seconds; shutdownTimeout where the file says nothing


def manifests(text):
    """{kind: [objects]} of all foreign blocks that are manifests."""
    found = {}
    for _, language, block in fences(text):
        for value in yaml.safe_load_all(block) if language == "yaml foreign" else ():
            if isinstance(value, dict) and "apiVersion" in value:
                found.setdefault(value["kind"], []).append(value)
    return found


def named(objects):
    return {each["metadata"]["name"] for each in objects}


def config_trouble(paddock, text):
    with tempfile.TemporaryDirectory(prefix="paddock-manifests-") as folder:
        path = os.path.join(folder, "config.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        names = {name: f"value-of-{name}" for name in re.findall(r"\$\{env\.(\w+)\}", text)}
        done = subprocess.run([paddock, "check", "--config", path], env={**os.environ, **names}, timeout=60, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return None if done.returncode == 0 else f"the configuration does not load: {done.stdout}"


def volume_troubles(kinds, pod, container):
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    if set(volumes) != set(mounts):
        yield f"volumes {sorted(volumes)}, but mounts {sorted(mounts)}"
    claims = {each["persistentVolumeClaim"]["claimName"] for each in volumes.values() if "persistentVolumeClaim" in each}
    if claims != named(kinds["PersistentVolumeClaim"]):
        yield f"claims {sorted(claims)}, but there are {sorted(named(kinds['PersistentVolumeClaim']))}"
    maps = [name for name, each in volumes.items() if each.get("configMap", {}).get("name") in named(kinds["ConfigMap"])]
    asked = container["args"][container["args"].index("--config") + 1]
    if [f"{mounts.get(name)}/config.yaml" for name in maps] != [asked]:
        yield f"the ConfigMap must be mounted where {asked} is looked for"
    if container["command"] != ["/usr/local/bin/paddock"]:
        yield "the image has its program elsewhere"
    if "/var/lib/paddock" not in mounts.values():
        yield "nothing keeps /var/lib/paddock"


def probe_troubles(container, addresses, port):
    own = {each["name"]: each["containerPort"] for each in container["ports"]}
    if list(own.values()) != [port]:
        yield f"the container's ports are {own}, the image listens at {port}"
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[name]["httpGet"]
        if asked["path"] not in addresses or asked["path"] != "/health":
            yield f"{name}: {asked['path']} is no health path"
        if asked["port"] not in own and asked["port"] not in own.values():
            yield f"{name}: no port {asked['port']}"


def image_port(root):
    return int(re.search(r"PADDOCK_LISTEN=:(\d+)", read(root, "docker/Dockerfile")).group(1))


def check(root, paddock, text):
    """Sentences about what is wrong."""
    kinds = manifests(text)
    [deployment], [service], [config_map] = kinds["Deployment"], kinds["Service"], kinds["ConfigMap"]
    pod = deployment["spec"]["template"]["spec"]
    [container] = pod["containers"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    if not labels == deployment["spec"]["selector"]["matchLabels"] == service["spec"]["selector"]:
        yield "the selectors are not the pod's labels"
    if deployment["spec"]["strategy"]["type"] != "Recreate":
        yield "an update would need the cards twice"
    config = config_map["data"]["config.yaml"]
    yield from filter(None, [config_trouble(paddock, config)])
    needed = yaml.safe_load(config).get("shutdownTimeout", SHUTDOWN)
    if pod["terminationGracePeriodSeconds"] <= needed:
        yield f"terminationGracePeriodSeconds is not above the shutdownTimeout of {needed} s"
    if set(re.findall(r"\$\{env\.(\w+)\}", config)) - {each["name"] for each in container["env"]}:
        yield "the configuration takes variables that the container does not get"
    if service["metadata"]["name"] not in yaml.safe_load(config)["allowedHosts"]:
        yield "the service's name is not among allowedHosts"
    if not container["resources"]["limits"].get("nvidia.com/gpu"):
        yield "no cards"
    ports = {each["name"] for each in container["ports"]}
    if [each["targetPort"] in ports for each in service["spec"]["ports"]] != [True]:
        yield "the service leads to no port of the container"
    addresses = json.loads(read(root, "src/api/openapi.json"))["paths"]
    yield from probe_troubles(container, addresses, image_port(root))
    yield from volume_troubles(kinds, pod, container)


MISTAKES = [
    ("terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 30", "terminationGracePeriodSeconds"),
    ("path: /health", "path: /healthz", "no health path"),
    ("containerPort: 8080", "containerPort: 8000", "listens at"),
    ("targetPort: http", "targetPort: web", "leads to no port"),
    ("claimName: models", "claimName: modells", "claims"),
    ("mountPath: /etc/paddock", "mountPath: /etc/padock", "must be mounted"),
    ("matchLabels:\n      app: paddock", "matchLabels:\n      app: other", "selectors"),
    ("        ttl: 1800", "        ttl: soon", "does not load"),
    ("name: PADDOCK_KEY", "name: KEY", "does not get"),
]


def selftest(root, paddock):
    text, unnoticed = read(root, DOCUMENT), []
    for right, wrong, wanted in MISTAKES:
        found = list(check(root, paddock, text.replace(right, wrong)))
        if right not in text or not any(wanted in line for line in found):
            unnoticed.append((wrong, found))
    print(f"{len(MISTAKES)} mistakes, not noticed: {unnoticed}")
    return 1 if unnoticed else 0


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--selftest":
        return selftest(*sys.argv[2:])
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    wrong = list(check(sys.argv[1], sys.argv[2], read(sys.argv[1], DOCUMENT)))
    print("\n".join(wrong))
    print(f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
