"""One daemon for all tests with the official clients: real engines on tiny models, and one fake engine."""

import contextlib
import http.client
import os
import sys
import urllib.request
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE.parent / "real")]

from harness import Daemon  # noqa: E402

# Nothing a client finds in the environment may change what it does here.
for name in [name for name in os.environ if name.startswith(("OPENAI_", "ANTHROPIC_", "OLLAMA_"))]:
    del os.environ[name]

# A group without swaps: all models stay, as the swaps are tests/real's business.
CONFIG = f"""
healthCheckTimeout: 60
macros:
  llama: {{bin}}/llama-server --host 127.0.0.1 --port ${{{{PORT}}}} --alias ${{{{MODEL_ID}}}} --threads 2
# Ports of its own: what other daemons of this run left on theirs keeps a whisper-server from listening.
startPort: 5900
models:
  parrot:
    name: Parrot
    description: says what it was taught
    cmd: ${{{{llama}}}} --model {{models}}/parrot.gguf --ctx-size 4096
    aliases: [gpt-4o-mini, claude-haiku, org/parrot]
  tiny-embed:
    cmd: ${{{{llama}}}} --model {{models}}/tiny.gguf --embeddings --pooling mean
  tiny-whisper:
    cmd: |
      {{bin}}/whisper-server --host 127.0.0.1 --port ${{{{PORT}}}} --model {{models}}/tiny-whisper.bin
      --inference-path /v1/audio/transcriptions --no-fallback --audio-ctx 256 --best-of 1
  eye:
    cmd: {sys.executable} {HERE}/fake_engine.py ${{{{PORT}}}}
  no-file:
    cmd: ${{{{llama}}}} --model {{models}}/there-is-no-such-file.gguf
  no-file-either:
    cmd: ${{{{llama}}}} --model {{models}}/there-is-no-such-file.gguf
  hidden:
    cmd: ${{{{llama}}}} --model {{models}}/tiny.gguf
    unlisted: true
groups:
  all: {{{{swap: false, members: [parrot, tiny-embed, tiny-whisper, eye, no-file, no-file-either, hidden]}}}}
"""


@pytest.fixture(scope="session")
def daemon(tmp_path_factory):
    with Daemon(tmp_path_factory.mktemp("daemon"), config=CONFIG) as running:
        yield running


class Eye:
    """The fake engine behind the model `eye`, asked past the daemon. Loads it if need be."""

    def __init__(self, daemon):
        request = urllib.request.Request(f"{daemon.url}/api/models/eye/load", b"", method="POST")
        with urllib.request.urlopen(request, timeout=20):
            pass
        self.url = f"http://127.0.0.1:{daemon.model('eye')['launch']['port']}"
        self.get("/reset")

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read()

    def die(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.get("/die")


@pytest.fixture
def eye(daemon):
    return Eye(daemon)
