"""docker/Dockerfile: the daemon runs out of the image's files, as its settings say, and serves."""

import json
import os
import stat
import subprocess

import pytest

from box import ADDRESS, Box
from builder import CONTEXT, SECRET, build_paddock, buildah, unpacked

TAG = "localhost/paddock"
CONFIG = """
allowedHosts: [paddock]
models:
  small:
    cmd: paddock sim-server --port ${PORT} --model ${MODEL_ID} --tokens-per-second 0
"""
QUESTION = json.dumps({"model": "small", "messages": [{"role": "user", "content": "Hello"}]})
TOOLS = ["gcc", "g++", "cc", "ld", "as", "cmake", "ninja", "make", "ccache", "node", "npm", "git", "pkg-config"]


@pytest.fixture(scope="module")
def image():
    return build_paddock(TAG, "Dockerfile")


@pytest.fixture(scope="module")
def files(image):
    with unpacked(TAG) as folder:
        yield folder


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "conf" / "config.yaml"
    file.parent.mkdir(mode=0o755)
    file.write_text(CONFIG)
    return file


@pytest.fixture
def box(image, files, config):
    return Box(files, image, {"/app/config.yaml": config})


@pytest.fixture
def daemon(box):
    with box.running():
        yield box


def test_serves_a_request(daemon):
    answer = daemon.curl("/v1/chat/completions", "-d", QUESTION, "-H", "Content-Type: application/json")
    assert answer.returncode == 0 and "This is a simulation" in answer.stdout, answer.stdout + daemon.said()


def test_answers_at_the_containers_address_and_name(daemon):
    assert daemon.curl("/v1/models", host=ADDRESS).returncode == 0
    assert daemon.curl("/v1/models", "-H", "Host: paddock:8080", host=ADDRESS).returncode == 0
    assert daemon.curl("/v1/models", "-H", "Host: rebound.example", host=ADDRESS).returncode != 0


def test_is_not_root(image, daemon):
    assert image["User"] == "10001:10001", "a number, so that runAsNonRoot can tell"
    status = daemon.proc("1/status").read_text()
    assert "Uid:\t10001\t10001\t10001\t10001" in status, status


def test_health_is_the_daemons(image, daemon):
    kind, *command = image["Healthcheck"]["Test"]
    assert kind == "CMD", "no shell"
    answer = daemon.exec(*command)
    assert answer.returncode == 0, answer.stdout


def test_health_fails_where_nobody_answers(image, box):
    answer = box.run_alone(*image["Healthcheck"]["Test"][1:])
    assert answer.returncode != 0 and "8080" in answer.stdout, answer.stdout


def test_needs_no_shell(image):
    assert image["Entrypoint"][0].startswith("/") and "sh" not in image["Entrypoint"], image["Entrypoint"]
    assert image["ExposedPorts"] == {"8080/tcp": {}}
    assert "/var/lib/paddock" in image["Volumes"]


def test_the_entrypoint_takes_commands(box):
    answer = box.run("check")
    assert answer.returncode == 0 and "1 model, no errors" in answer.stdout, answer.stdout


def test_without_a_configuration_it_says_which_file(image):
    with unpacked(TAG) as untouched:
        answer = Box(untouched, image).run(*image["Cmd"])
    assert answer.returncode != 0 and "/app/config.yaml" in answer.stdout, answer.stdout


MORE = CONFIG + "  more:\n    cmd: paddock sim-server --port ${PORT}\n"


def test_a_file_changed_in_place_is_noticed(daemon, config):
    config.write_text(MORE)
    daemon.wait_until(lambda: '"more"' in daemon.curl("/v1/models").stdout, "the other model is listed")


def replace(file):
    """As vim and `sed -i` save."""
    other = file.with_suffix(".new")
    other.write_text(MORE)
    other.rename(file)


def test_a_replaced_file_is_not_seen_where_it_is_mounted_alone(daemon, config):
    """What docs/docker.md says of editors that rename. Were it otherwise, the page would have to say so."""
    replace(config)
    assert daemon.curl("/api/config/reload", "-X", "POST").returncode == 0
    assert '"more"' not in daemon.curl("/v1/models").stdout


def test_a_replaced_file_is_noticed_in_a_mounted_folder(image, files, config):
    """The entry for the Compose file in docs/docker.md."""
    folder = {**image, "Entrypoint": image["Entrypoint"][:1],
              "Cmd": ["--config", "/etc/paddock/config.yaml", "--watch-config"]}
    with Box(files, folder, {"/etc/paddock": config.parent}).running() as box:
        replace(config)
        box.wait_until(lambda: '"more"' in box.curl("/v1/models").stdout, "the other model is listed")


def test_stops_within_its_budget(daemon):
    daemon.curl("/v1/chat/completions", "-d", QUESTION, "-H", "Content-Type: application/json")
    code, seconds = daemon.stop()
    assert code == 0 and seconds < 10, daemon.said()


def test_process_1_reaps_orphans(daemon):
    orphan = daemon.exec("sh", "-c", "sleep 0.2 >/dev/null & echo $!").stdout.strip()
    assert orphan.isdigit()
    daemon.wait_until(lambda: not daemon.proc(orphan).exists(), "the orphan is reaped")


def test_traces_are_in_the_volume(daemon, files):
    state = files / "var/lib/paddock"
    assert (state.stat().st_uid, state.stat().st_gid) == (10001, 10001)
    daemon.curl("/v1/chat/completions", "-d", QUESTION, "-H", "Content-Type: application/json")
    assert list((state / "launches").iterdir()), daemon.said()
    assert "cannot be written" not in daemon.said()


def test_no_tool_of_the_build_is_left(files):
    for folder in ("usr/bin", "usr/local/bin", "bin", "opt/paddock/bin"):
        names = set(os.listdir(files / folder))
        assert not names & set(TOOLS), folder
    assert not (files / "src").exists()
    assert sorted(os.listdir(files / "opt/paddock")) == ["bin", "lib", "share"]


def test_its_libraries_are_its_own(image, box):
    linked = box.run_alone("ldd", "/opt/paddock/bin/paddock").stdout
    assert "not found" not in linked, linked
    outside = [line.split()[0] for line in linked.splitlines() if "=> /" in line and "=> /opt/paddock/" not in line]
    assert set(outside) <= {"libc.so.6", "libm.so.6", "libresolv.so.2"}, linked
    assert not [word for word in image["Env"] if word.startswith("LD_")], "engines would inherit it"


def test_no_secret_is_left(files):
    """Neither npm's key nor what lies in the clone beside the Dockerfiles, in a file or in the image's history."""
    assert SECRET in (CONTEXT / "docker/config.yaml").read_text()
    found = subprocess.run(["grep", "-rlF", "--devices=skip", SECRET, files], text=True, stdout=subprocess.PIPE)
    assert found.stdout == "" and found.returncode == 1, found.stdout
    assert SECRET not in buildah("inspect", "--type", "image", TAG)


def test_nothing_of_ours_is_special(files):
    for folder, _, names in os.walk(files / "opt/paddock"):
        for name in names:
            mode = os.stat(os.path.join(folder, name)).st_mode
            assert not mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWGRP | stat.S_IWOTH), name
