"""Each official client gets in with a key in its own way, and says so when it has none or a wrong one."""

import sys
from pathlib import Path

import anthropic
import ollama
import openai
import pytest
from harness import Daemon
from samples import HELLO

ENGINE = Path(__file__).parent / "fake_engine.py"
CONFIG = f"""
apiKeys: [sesame]
models:
  eye: {{{{cmd: {sys.executable} {ENGINE} ${{{{PORT}}}}}}}}
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with Daemon(tmp_path_factory.mktemp("keys"), config=CONFIG) as running:
        yield running.url


def test_openai(url):
    def client(key):
        return openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0, timeout=20)

    assert client("sesame").chat.completions.create(model="eye", messages=HELLO).choices[0].message.content == "[]"
    assert [model.id for model in client("sesame").models.list()] == ["eye"]
    with pytest.raises(openai.AuthenticationError) as caught:
        client("open").chat.completions.create(model="eye", messages=HELLO)
    assert caught.value.code == "unauthorized"
    with pytest.raises(openai.AuthenticationError):
        client("open").models.list()


def test_anthropic(url):
    def ask(**key):
        client = anthropic.Anthropic(base_url=url, max_retries=0, timeout=20, **key)
        return client.messages.with_raw_response.create(model="eye", max_tokens=5, messages=HELLO)

    assert ask(api_key="sesame").status_code == 200  # x-api-key
    assert ask(auth_token="sesame").status_code == 200  # Bearer
    with pytest.raises(anthropic.AuthenticationError):
        ask(api_key="open")


def test_ollama(url):
    def client(key):
        return ollama.Client(host=url, timeout=20, headers={"Authorization": f"Bearer {key}"})

    assert client("sesame").chat(model="eye", messages=HELLO).message.content == "[]"
    with pytest.raises(ollama.ResponseError) as caught:
        client("open").chat(model="eye", messages=HELLO)
    assert caught.value.status_code == 401
