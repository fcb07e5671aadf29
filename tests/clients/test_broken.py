"""What the official clients make of a stream that begins while its model loads, and of one that breaks: they
wait, and they raise. A broken answer must never look like a whole one."""

import contextlib
import os
import sys
from pathlib import Path

import anthropic
import ollama
import openai
import pytest
from conftest import Eye
from fake_engine import STORY
from harness import Daemon, eventually

ENGINE = Path(__file__).parent / "fake_engine.py"
KEY = {"api_key": "none", "max_retries": 0, "timeout": 20}
HELLO = [{"role": "user", "content": "Hello."}]
ASK_FOR_A_STORY = [{"role": "user", "content": "story"}]


class OpenAi:
    error = openai.APIError

    def __init__(self, url):
        self.client = openai.OpenAI(base_url=url + "/v1", **KEY)

    def stream(self, model, messages):
        return self.client.chat.completions.create(model=model, messages=messages, stream=True)

    @staticmethod
    def text(chunk):
        return chunk.choices[0].delta.content


class Anthropic:
    error = anthropic.APIError

    def __init__(self, url):
        self.client = anthropic.Anthropic(base_url=url, **KEY)

    def stream(self, model, messages):
        return self.client.messages.create(model=model, max_tokens=50, messages=messages, stream=True)

    @staticmethod
    def text(event):
        return event.delta.text if event.type == "content_block_delta" else None


class Ollama:
    error = ollama.ResponseError

    def __init__(self, url):
        self.client = ollama.Client(host=url, timeout=20)

    def stream(self, model, messages):
        return self.client.chat(model=model, messages=messages, stream=True)

    @staticmethod
    def text(part):
        return part.message.content


def texts(library, stream):
    return (text for text in map(library.text, stream) if text)


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A daemon that soon tells a client to wait, and models that load when their FIFO is written to."""
    folder = tmp_path_factory.mktemp("slow")
    config = f"loadingGrace: 50ms\nmodels:\n  eye: {{{{cmd: {sys.executable} {ENGINE} ${{{{PORT}}}}}}}}\n"
    for name in ("OpenAi-go", "OpenAi-die", "Anthropic-go", "Anthropic-die"):
        os.mkfifo(folder / name)
        config += f"  {name}: {{{{cmd: {sys.executable} {ENGINE} ${{{{PORT}}}} {folder / name}}}}}\n"
    with Daemon(folder, config=config) as running:
        running.folder = folder
        yield running


def write(fifo, word):
    """Says the word once the engine has opened its end."""

    def opened():
        with contextlib.suppress(OSError):
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        return None

    descriptor = eventually("the engine waits", opened)
    os.write(descriptor, word.encode())
    os.close(descriptor)


@pytest.mark.parametrize("kind", [OpenAi, Anthropic])
def test_stream_begins_while_the_model_loads(slow, kind):
    library = kind(slow.url)
    # This returns when the head of the answer is there, which is before the model may load.
    stream = library.stream(f"{kind.__name__}-go", HELLO)
    assert slow.model(f"{kind.__name__}-go")["state"] == "starting"
    write(slow.folder / f"{kind.__name__}-go", "go")
    assert "".join(texts(library, stream)) == "[]"


@pytest.mark.parametrize("kind", [OpenAi, Anthropic])
def test_start_that_fails_after_the_stream_has_begun_raises(slow, kind):
    library = kind(slow.url)
    stream = library.stream(f"{kind.__name__}-die", HELLO)
    write(slow.folder / f"{kind.__name__}-die", "die")
    with pytest.raises(kind.error) as caught:
        list(stream)
    assert "failed to start" in str(caught.value)


@pytest.mark.parametrize("kind", [OpenAi, Anthropic, Ollama])
def test_engine_that_dies_in_the_middle_raises(slow, kind):
    library = kind(slow.url)
    engine = Eye(slow)
    pieces = texts(library, library.stream("eye", ASK_FOR_A_STORY))
    for expected in STORY[:3]:
        engine.get("/release")
        assert next(pieces) == expected
    engine.die()
    with pytest.raises(kind.error) as caught:
        list(pieces)
    assert "eye" in str(caught.value)
