"""A real nginx, with its default buffering, or Caddy in front: what an engine has said arrives before it says
more, and large bodies pass. The blocks of docs/reverse-proxy.md are what runs here, and a bare proxy_pass."""

import base64
import json

import httpx  # what the ollama client stands on
import httpx2  # what the openai client stands on
import ollama
import openai
import pytest
from caddy import Caddy
from caddy import documented as of_caddy
from fake_engine import STORY
from harness import Daemon, eventually
from nginx import Nginx
from nginx import documented as of_nginx
from samples import TEXT, described, picture

BARE = "server { listen 80; location / { proxy_pass http://127.0.0.1:8080; } }"


@pytest.fixture(scope="module", params=["bare nginx", "documented nginx", "documented caddy"])
def door(request, daemon, tmp_path_factory):
    """The socket of a proxy that passes everything on to the daemon."""
    folder = tmp_path_factory.mktemp("proxy")
    proxy = {"bare nginx": lambda: Nginx(folder, BARE, daemon.url),
             "documented nginx": lambda: Nginx(folder, of_nginx()[0], daemon.url),
             "documented caddy": lambda: Caddy(folder, of_caddy()[0], daemon.url)}[request.param]()
    with proxy as running:
        yield running.door


@pytest.fixture
def client(door):
    return openai.OpenAI(base_url="http://localhost/v1", api_key="none", max_retries=0, timeout=20,
                         http_client=openai.DefaultHttpxClient(transport=httpx2.HTTPTransport(uds=str(door))))


def test_whole_answer(client):
    answer = client.chat.completions.create(model="parrot", messages=[{"role": "user", "content": "Hello."}])
    assert answer.choices[0].message.content == TEXT


def test_each_piece_arrives_before_the_next_is_said(client, eye):
    stream = client.chat.completions.create(
        model="eye", messages=[{"role": "user", "content": "story"}], stream=True)
    chunks = iter(stream)
    for piece in STORY:
        eye.get("/release")
        assert next(chunks).choices[0].delta.content == piece
    assert next(chunks).choices[0].finish_reason == "stop"
    assert list(chunks) == []


def test_each_piece_for_ollama_arrives_before_the_next_is_said(door, eye):
    client = ollama.Client(host="http://localhost", timeout=20, transport=httpx.HTTPTransport(uds=str(door)))
    parts = client.chat(model="eye", messages=[{"role": "user", "content": "story"}], stream=True)
    for piece in STORY:
        eye.get("/release")
        assert next(parts).message.content == piece
    assert [part.done for part in parts] == [True]


def test_log_streams_arrive(door, daemon, client):
    with httpx.Client(base_url="http://localhost", timeout=20, transport=httpx.HTTPTransport(uds=str(door))) as logs:
        with logs.stream("GET", "/logs/stream/proxy") as stream:
            assert next(stream.iter_text())


def test_picture_passes(door, client, request):
    side = 600 if "documented" in request.node.name else 200  # nginx's own limit is 1 MiB
    content = picture(side)
    url = "data:image/png;base64," + base64.b64encode(content).decode()
    parts = [{"type": "image_url", "image_url": {"url": url}}]
    answer = client.chat.completions.create(model="eye", messages=[{"role": "user", "content": parts}])
    assert json.loads(answer.choices[0].message.content) == described(content)


def test_client_that_leaves_is_noticed_through_the_proxy(client, daemon, eye):
    stream = client.chat.completions.create(
        model="eye", messages=[{"role": "user", "content": "story"}], stream=True)
    eye.get("/release")
    assert next(iter(stream)).choices[0].delta.content == STORY[0]
    left = json.loads(eye.get("/report"))["left"]
    stream.close()
    eventually("the engine sees it", lambda: json.loads(eye.get("/report"))["left"] == left + 1)
    eventually("no request in flight", lambda: daemon.model("eye")["in_flight"] == 0)


def test_caddy_sends_the_key_for_clients_that_cannot(tmp_path_factory):
    config = "apiKeys: [{{key: secret, roles: [infer]}}]\nmodels: {{}}\n"
    site = f"models.example.org {{\n{of_caddy()[2]}}}\n"
    with Daemon(tmp_path_factory.mktemp("daemon"), config=config) as locked, Caddy(
            tmp_path_factory.mktemp("caddy"), site, locked.url, PADDOCK_KEY="secret") as proxy:
        assert httpx.get(f"{locked.url}/v1/models").status_code == 401
        with httpx.Client(base_url="http://localhost", transport=httpx.HTTPTransport(uds=str(proxy.door))) as asks:
            assert asks.get("/v1/models").status_code == 200
