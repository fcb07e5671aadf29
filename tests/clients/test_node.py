"""The official Node clients of OpenAI and Ollama: what they got is judged here."""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest
from samples import AFTER_TOOL, QUESTION, TEXT, WEATHER, described, picture
from sound import sine_wave

HERE = Path(__file__).parent
NODE = Path(os.environ["PADDOCK_CLIENTS"]) / "node"
PICTURE = picture(200)


def run(script, address, shown):
    given = {"tools": [WEATHER], "question": QUESTION, "picture": shown,
             "sound": base64.b64encode(sine_wave()).decode()}
    done = subprocess.run(["node", str(HERE / script), str(NODE), address], input=json.dumps(given),
                          capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def openai(daemon):
    shown = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
    return run("openai.mjs", daemon.url + "/v1", shown)


@pytest.fixture(scope="module")
def ollama(daemon):
    return run("ollama.mjs", daemon.url, base64.b64encode(PICTURE).decode())


@pytest.mark.parametrize("what, expected", [
    ("chat", TEXT),
    ("tools", ["get_weather", {"city": "Paris"}, AFTER_TOOL]),
    ("picture", described(PICTURE)),
    ("embeddings", [64, 64]),
    ("responses", TEXT),
    ("transcription", "string"),
    ("retrieved", "parrot"),
])
def test_openai(openai, what, expected):
    assert openai[what] == expected


def test_openai_stream(openai):
    assert "".join(openai["stream"]) == TEXT
    assert len(openai["stream"]) > 3


def test_openai_models(openai):
    assert set(openai["models"]) >= {"parrot", "tiny-embed", "eye"}


def test_openai_unknown_model(openai):
    assert (openai["unknown"]["status"], openai["unknown"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("what, expected", [
    ("chat", TEXT),
    ("tools", [{"index": 0, "name": "get_weather", "arguments": {"city": "Paris"}}, AFTER_TOOL]),
    ("picture", described(PICTURE)),
    ("generate", TEXT),
    ("embed", [64, 64]),
])
def test_ollama(ollama, what, expected):
    assert ollama[what] == expected


@pytest.mark.parametrize("what", ["stream", "generated"])
def test_ollama_stream(ollama, what):
    assert "".join(ollama[what]["pieces"]) == TEXT
    assert len(ollama[what]["pieces"]) > 3
    assert (ollama[what]["done"], ollama[what]["reason"]) == (True, "stop")
    assert ollama[what]["count"] > 3


def test_ollama_listings(ollama):
    assert set(ollama["list"]) >= {"parrot:latest", "tiny-embed:latest", "eye:latest"}
    assert "completion" in ollama["show"]
    assert "parrot:latest" in ollama["ps"]
    assert len(ollama["version"].split(".")) == 3


def test_ollama_unknown_model(ollama):
    assert ollama["unknown"]["status"] == 404
    assert "parrot" in ollama["unknown"]["message"]
