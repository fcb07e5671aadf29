"""Conversations that survive a swap and a restart of the daemon, on a real llama-server with a real model."""

import json
import random
import statistics
import time
import urllib.request

import pytest
from harness import Daemon

CONFIG = """
stateDir: {state}
kvCache: {{{{minTokens: 1000}}}}
macros:
  llama: {{bin}}/llama-server --host 127.0.0.1 --port ${{{{PORT}}}} --threads 2
models:
  plain:
    cmd: ${{{{llama}}}} --model {{models}}/smollm2.gguf --ctx-size 8192 --parallel 2
  kept:
    cmd: ${{{{llama}}}} --model {{models}}/smollm2.gguf --ctx-size 8192 --parallel 2
    kvCache: {{{{save: auto}}}}
  other:
    cmd: ${{{{llama}}}} --model {{models}}/tiny.gguf --ctx-size 512
"""
WORDS = "red blue green house tree water stone light dark river bird cloud".split()


def conversation(seed, words):
    source = random.Random(seed)
    return [{"role": "user", "content": " ".join(source.choice(WORDS) for _ in range(words))}]


def turn(daemon, model, messages):
    """One streamed turn: seconds to the first token, and the usage. The answer becomes part of the conversation."""
    body = {"model": model, "messages": messages, "max_tokens": 8, "temperature": 0, "stream": True,
            "stream_options": {"include_usage": True}}
    request = urllib.request.Request(daemon.url + "/v1/chat/completions", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    begin, first, usage, text = time.monotonic(), None, None, ""
    with urllib.request.urlopen(request, timeout=120) as answer:
        for line in answer:
            if not line.startswith(b"data: {"):
                continue
            chunk = json.loads(line[6:])
            usage = chunk.get("usage") or usage
            content = "".join(choice["delta"].get("content") or "" for choice in chunk["choices"])
            if content and first is None:
                first = time.monotonic() - begin
            text += content
    messages += [{"role": "assistant", "content": text}, {"role": "user", "content": "Go on."}]
    return first if first is not None else time.monotonic() - begin, usage


def cached_share(usage):
    return usage["prompt_tokens_details"]["cached_tokens"] / usage["prompt_tokens"]


@pytest.fixture
def config(tmp_path):
    return CONFIG.format(state=tmp_path / "state")


def first_tokens(daemon, model, times):
    """Of the turns that follow a swap away and back."""
    messages = conversation(1, 1500)
    turn(daemon, model, messages)
    seconds, shares = [], []
    for _ in range(times):
        turn(daemon, "other", conversation(9, 5))
        first, usage = turn(daemon, model, messages)
        assert usage["prompt_tokens"] >= 1500
        seconds.append(first)
        shares.append(cached_share(usage))
    return statistics.median(seconds), shares


def test_the_turn_after_a_swap_reads_only_what_is_new(tmp_path, config):
    with Daemon(tmp_path, config=config) as daemon:
        without, none = first_tokens(daemon, "plain", 5)
        kept, shares = first_tokens(daemon, "kept", 5)
    print(f"time to first token after a swap: {kept:.2f} s with, {without:.2f} s without")
    assert max(none) < 0.5
    assert min(shares) >= 0.95, shares
    assert kept <= 0.3 * without


def test_two_conversations_come_back_after_a_restart_of_the_daemon(tmp_path, config):
    one, two = conversation(2, 1500), conversation(3, 1200)
    with Daemon(tmp_path, config=config) as daemon:
        for messages in (one, two):
            turn(daemon, "kept", messages)
    with Daemon(tmp_path, config=config) as daemon:
        for messages in (one, two):
            _, usage = turn(daemon, "kept", messages)
            assert cached_share(usage) >= 0.95, usage
