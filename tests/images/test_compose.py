"""docker/compose*.yaml: against the schema of Compose, the Dockerfiles, the example configuration and the daemon."""

import re
import subprocess
import sys

import pytest
import yaml

from box import Box
from builder import ROOT, build_paddock, unpacked

FILES = sorted(path.name for path in (ROOT / "docker").glob("compose*.yaml"))
DOCKERFILES = ["Dockerfile", "Dockerfile.engine", "Dockerfile.cuda"]


def service(name):
    return yaml.safe_load((ROOT / "docker" / name).read_text())["services"]["paddock"]


def example():
    return yaml.safe_load((ROOT / "docker/config.example.yaml").read_text())


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


def mounts(name):
    """{path inside: what is mounted there, with its mode}"""
    return {volume.split(":")[1]: volume for volume in service(name)["volumes"]}


def between(text, first, last):
    return text[text.index(first):text.index(last)]


def test_the_files_are_here():
    assert FILES == ["compose.amd.yaml", "compose.cpu.yaml", "compose.intel.yaml", "compose.yaml"]


@pytest.mark.parametrize("name", FILES)
def test_compose_would_read_it(name):
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
                           ROOT / "docker" / name], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


def test_the_schema_notices_mistakes(tmp_path):
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((ROOT / "docker/compose.yaml").read_text().replace("stop_grace_period", "stop_grace"))
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", wrong],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 1 and "stop_grace" in done.stdout, done.stdout


@pytest.mark.parametrize("name", FILES)
def test_it_is_safe_by_default(name):
    what = service(name)
    assert what["ports"] == ["127.0.0.1:8080:8080"], "this machine only"
    assert not {"privileged", "network_mode", "pid", "user"} & set(what)
    assert mounts(name)["/app/config.yaml"] == "./config.yaml:/app/config.yaml:ro"
    assert all(volume.endswith(":ro") for inside, volume in mounts(name).items() if inside != "/var/lib/paddock")


@pytest.mark.parametrize("name", FILES)
def test_it_lives_and_dies_as_it_should(name):
    what = service(name)
    assert what["restart"] == "unless-stopped"
    assert seconds(what["stop_grace_period"]) > 8 + 2, "shutdownTimeout is 8 seconds"
    assert "shutdownTimeout" not in example()
    assert mounts(name)["/var/lib/paddock"] == "state:/var/lib/paddock"


@pytest.mark.parametrize("name", FILES)
def test_its_health_is_the_images(name):
    """Said twice, because an image in OCI's own format has none."""
    dockerfile = (ROOT / service(name)["build"]["dockerfile"]).read_text()
    said = re.search(r"^HEALTHCHECK (.*) CMD \[(.*)\]$", dockerfile, re.MULTILINE)
    health = service(name)["healthcheck"]
    assert health["test"] == ["CMD", *re.findall(r'"([^"]*)"', said[2])]
    assert said[1] == "--interval={interval} --timeout={timeout} --start-period={start_period} --retries={retries}".format(
        **health)


@pytest.mark.parametrize("name", FILES)
def test_its_build_has_what_it_names(name):
    build_of = service(name)["build"]
    assert build_of["context"] == ".." and build_of["dockerfile"].startswith("docker/")
    known = re.findall(r"^ARG (\w+)", (ROOT / build_of["dockerfile"]).read_text(), re.MULTILINE)
    assert set(build_of["args"]) <= set(known)


def test_his_cards_are_reserved():
    device, = service("compose.yaml")["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}


def test_its_version_of_cuda_is_the_dockerfiles():
    version = re.search(r"^ARG CUDA_VERSION=(.*)$", (ROOT / "docker/Dockerfile.cuda").read_text(), re.MULTILINE)[1]
    assert service("compose.yaml")["build"]["args"] == {"CUDA_VERSION": version}


def test_every_path_of_the_example_is_mounted():
    """The mistake of many: a volume at /models-llm and commands that say /models."""
    commands = [model["cmd"] for model in example()["models"].values()]
    paths = [word for command in commands for word in command.split() if word.startswith("/")]
    folders = tuple(f"{inside}/" for inside in mounts("compose.yaml"))
    assert len(paths) == 7
    assert [path for path in paths if not path.startswith(folders)] == []


def test_the_daemon_accepts_the_example(tmp_path):
    image = build_paddock("localhost/paddock", "Dockerfile")
    with unpacked("localhost/paddock") as files:
        answer = Box(files, image, {"/app/config.yaml": ROOT / "docker/config.example.yaml"}).run("check")
    assert answer.returncode == 0 and "no errors" in answer.stdout, answer.stdout
    warnings = [line for line in answer.stdout.splitlines() if ": warning: " in line]
    expected = ("is not on PATH", "is the volume mounted there?")
    assert [line for line in warnings if not any(part in line for part in expected)] == []


def test_what_the_dockerfiles_share_is_the_same():
    texts = [(ROOT / "docker" / name).read_text() for name in DOCKERFILES]
    for first, last in [("FROM ${BASE_IMAGE} AS build", "    docker/build.sh paddock"),
                        ("RUN groupadd", " && paddock --version"), ("USER 10001", "HEALTHCHECK")]:
        assert len({between(text, first, last) for text in texts}) == 1, first
    ends = {re.search(r"^ENTRYPOINT .*", text, re.MULTILINE | re.DOTALL)[0] for text in texts}
    assert len(ends) == 1
