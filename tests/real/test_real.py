"""The main job on real engines: llama-servers and a whisper-server behind paddock, one at a time, asked
through the official OpenAI clients. scripts/test.sh real fetches what this needs."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import openai
import pytest
from harness import REAL, Daemon, eventually, process_gone
from sound import form, sine_wave

HERE = Path(__file__).parent
MESSAGES = [{"role": "user", "content": "Say hello."}]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(tmp_path_factory.mktemp("daemon")) as running:
        yield running


@pytest.fixture(scope="module")
def client(daemon):
    # No retries: an answer that needs one is a failure here.
    return openai.OpenAI(base_url=daemon.url + "/v1", api_key="none", max_retries=0, timeout=60)


def check_usage(usage, limit):
    assert usage.prompt_tokens > 0
    assert 0 < usage.completion_tokens <= limit
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def ask(client, model):
    answer = client.chat.completions.create(model=model, messages=MESSAGES, max_tokens=8)
    assert answer.model == model
    assert answer.choices[0].finish_reason in ("stop", "length")
    check_usage(answer.usage, 8)
    assert answer.timings["predicted_n"] == answer.usage.completion_tokens


def ask_streaming(client, model):
    stream = client.chat.completions.create(
        model=model, messages=MESSAGES, max_tokens=8, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert {chunk.model for chunk in chunks} == {model}
    assert sum(1 for chunk in chunks if chunk.choices and chunk.choices[0].delta.content) > 0
    check_usage(chunks[-1].usage, 8)


def test_python_client_swaps_whole_and_streamed(daemon, client):
    previous = None
    for model in ("tiny", "smollm2", "tiny", "smollm2", "tiny"):
        begin = time.monotonic()
        ask(client, model)
        first = time.monotonic() - begin
        begin = time.monotonic()
        ask_streaming(client, model)
        second = time.monotonic() - begin
        load = daemon.model(model)["launch"]["load_ms"]
        print(f"{model}: with swap {first * 1000:.0f} ms (load {load} ms), ready {second * 1000:.0f} ms")
        assert daemon.running() == [model]
        assert previous is None or process_gone(previous)
        previous = daemon.pid(model)
        assert not process_gone(previous)


def test_node_client_swaps_whole_and_streamed(daemon):
    for model in ("smollm2", "tiny", "smollm2", "tiny"):
        command = ["node", str(HERE / "openai_client.mjs"), str(REAL / "node"), daemon.url + "/v1", model]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        answers = json.loads(done.stdout)
        for answer in answers.values():
            assert answer["model"] == model
            assert answer["usage"]["completion_tokens"] > 0
        assert answers["streamed"]["pieces"] > 0
        assert daemon.running() == [model]


def test_completions(client):
    answer = client.completions.create(model="smollm2", prompt="One, two, three,", max_tokens=4)
    assert answer.model == "smollm2"
    assert answer.choices[0].text
    check_usage(answer.usage, 4)


def test_embeddings(client):
    answer = client.embeddings.create(model="tiny-embed", input=["one text", "another"])
    assert answer.model == "tiny-embed"
    assert [len(item.embedding) for item in answer.data] == [64, 64]
    assert answer.data[0].embedding != answer.data[1].embedding


LEAVING_CLIENT = """
import sys, openai
client = openai.OpenAI(base_url=sys.argv[1], api_key="none", max_retries=0)
stream = client.chat.completions.create(model="smollm2", stream=True, max_tokens=6000,
    messages=[{"role": "user", "content": "Tell a long story."}], extra_body={"ignore_eos": True})
for chunk in stream:
    print("token", flush=True)
"""


def test_killed_client_stops_the_generation(daemon, client):
    ask(client, "smollm2")
    before = daemon.log_of("smollm2").count("cancel task")
    leaving = subprocess.Popen([sys.executable, "-c", LEAVING_CLIENT, daemon.url + "/v1"],
                               stdout=subprocess.PIPE, text=True)
    try:
        for _ in range(3):
            assert leaving.stdout.readline() == "token\n"
        assert daemon.model("smollm2")["in_flight"] == 1
    finally:
        leaving.kill()
        leaving.wait()
    killed = time.monotonic()
    eventually("no request in flight", lambda: daemon.model("smollm2")["in_flight"] == 0, 2)
    print(f"given back {(time.monotonic() - killed) * 1000:.0f} ms after the kill")
    eventually("'cancel task' in llama-server's log",
               lambda: daemon.log_of("smollm2").count("cancel task") > before, 3)
    ask(client, "smollm2")


def test_failed_start_says_why(client):
    with pytest.raises(openai.APIStatusError) as caught:
        ask(client, "no-file")
    assert caught.value.status_code == 503
    assert caught.value.code == "start_failed"
    assert caught.value.response.headers["x-should-retry"] == "false"
    print(caught.value.message)


def test_whisper_server_takes_its_turn(daemon, client):
    ask(client, "tiny")
    old = daemon.pid("tiny")
    body, kind = form({"response_format": "json"}, sine_wave())
    request = urllib.request.Request(daemon.url + "/upstream/tiny-whisper/inference", body, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            assert "text" in json.load(answer)
    except urllib.error.HTTPError as error:
        pytest.fail(f"{error}: {error.read().decode()}")
    assert process_gone(old)
    assert daemon.running() == ["tiny-whisper"]


def test_sigterm_ends_everything(tmp_path):
    with Daemon(tmp_path, "--workers", "1") as daemon:
        client = openai.OpenAI(base_url=daemon.url + "/v1", api_key="none", max_retries=0, timeout=60)
        ask(client, "tiny")
        pid = daemon.pid("tiny")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(20) == 0
        assert process_gone(pid)
