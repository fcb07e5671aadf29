"""docker/Dockerfile.engine on an image in the shape of llama.cpp's: the program in /app, an entrypoint, its own address."""

import json

import pytest

from box import Box
from builder import build_paddock, stub, unpacked

TAG = "localhost/paddock-engine"
STUB = "localhost/stub-llama"
CONFIG = "models: {tiny: {cmd: 'llama-server --port ${PORT} --model ${MODEL_ID} --tokens-per-second 0'}}\n"


@pytest.fixture(scope="module")
def image():
    program = '#!/bin/sh\necho "host $LLAMA_ARG_HOST" >&2\nexec paddock sim-server "$@"\n'
    stub(STUB, {"/app/llama-server": program},
         ["ENV LLAMA_ARG_HOST=0.0.0.0", "WORKDIR /app", "USER 65534", 'ENTRYPOINT ["/app/llama-server"]',
          "HEALTHCHECK CMD false"])
    return build_paddock(TAG, "Dockerfile.engine", ENGINE_IMAGE=STUB)


@pytest.fixture
def daemon(image, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    with unpacked(TAG) as files, Box(files, image, {"/app/config.yaml": config}).running() as box:
        yield box


def test_the_engine_of_the_image_serves(daemon):
    question = json.dumps({"model": "tiny", "messages": [{"role": "user", "content": "Hello"}]})
    answer = daemon.curl("/v1/chat/completions", "-d", question, "-H", "Content-Type: application/json")
    assert answer.returncode == 0 and "This is a simulation" in answer.stdout, answer.stdout + daemon.said()
    assert "host 127.0.0.1" in daemon.curl("/logs").stdout, "nobody but paddock need reach it"


def test_starts_like_the_plain_one(image):
    assert image["User"] == "10001:10001"
    assert image["Entrypoint"] == ["/usr/local/bin/paddock", "--config", "/app/config.yaml"]
    assert image["Healthcheck"]["Test"] == ["CMD", "/usr/local/bin/paddock", "health"]


def test_an_engine_image_that_is_too_old_stops_the_build(image):
    """As when its C library does not know what the program asks for."""
    stub("localhost/stub-old", {"/app/llama-server": ""}, ["RUN rm /lib/*-linux-gnu/libm.so.6"])
    with pytest.raises(AssertionError, match="libm.so.6"):
        build_paddock("localhost/never", "Dockerfile.engine", ENGINE_IMAGE="localhost/stub-old")
