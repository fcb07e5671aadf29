"""The web page behind a real nginx and a real Caddy, at the top of a name and below a path: what it names is there, what it asks
is answered, and its streams arrive."""

import json
import re
import time
from urllib.parse import urljoin

import httpx  # what the ollama client stands on
import pytest
from caddy import Caddy
from caddy import documented as of_caddy
from harness import WAIT_DEADLINE, Daemon
from nginx import Nginx
from nginx import documented as of_nginx

CONFIG = """
models:
  small: {{ cmd: sleep 100000, proxy: "http://127.0.0.1:9", checkEndpoint: none }}
  org/large: {{ cmd: sleep 100000, proxy: "http://127.0.0.1:9", checkEndpoint: none }}
"""


def proxy(kind, folder, url):
    whole, below = of_nginx() if kind is Nginx else of_caddy()[:2]
    return kind(folder, whole[: whole.rindex("}")] + below + "}", url)


@pytest.fixture(scope="module", params=[Nginx, Caddy], ids=["nginx", "caddy"])
def door(request, tmp_path_factory):
    """The socket of a proxy with both documented blocks: the whole daemon at `/`, and once more below a path."""
    with Daemon(tmp_path_factory.mktemp("daemon"), config=CONFIG) as daemon, proxy(
            request.param, tmp_path_factory.mktemp("proxy"), daemon.url) as running:
        yield running.door


@pytest.fixture(scope="module", params=["/", "/paddock/"])
def top(request):
    """Where the daemon is for a browser."""
    return request.param


@pytest.fixture(scope="module")
def browser(door):
    with httpx.Client(base_url="http://localhost", timeout=20, transport=httpx.HTTPTransport(uds=str(door))) as asks:
        yield asks


def named_in(html):
    return re.findall(r'(?:src|href)="([^"]+)"', html)


def test_every_way_in_leads_to_it(browser, top):
    for entrance in ("", "ui", "upstream"):
        assert browser.get(top + entrance).headers["location"] in ("ui/", "./")
        page = browser.get(top + entrance, follow_redirects=True)
        assert page.status_code == 200
        assert page.url.path == top + "ui/"
        assert page.headers["content-type"].startswith("text/html")


def test_a_path_without_its_slash(browser):
    assert browser.get("/paddock", follow_redirects=True).url.path == "/paddock/ui/"


def test_all_that_it_names_is_there(browser, top):
    here = top + "ui/"
    names = named_in(browser.get(here).text)
    assert {name.rpartition(".")[2] for name in names} >= {"js", "css", "ico"}
    for name in names:
        assert not re.match(r"/|\w+:", name), "not relative"
        assert browser.get(urljoin(here, name)).status_code == 200, name


def test_its_files_are_kept_and_compressed(browser, top):
    here = top + "ui/"
    [script] = [name for name in named_in(browser.get(here).text) if name.endswith(".js")]
    for coding in ("br", "gzip"):
        with browser.stream("GET", urljoin(here, script), headers={"Accept-Encoding": coding}) as answer:
            assert answer.headers["content-encoding"] == coding
            assert "immutable" in answer.headers["cache-control"]
    page = browser.get(here)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert browser.get(here, headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_its_script_knows_no_absolute_address(browser, top):
    here = top + "ui/"
    [script] = [name for name in named_in(browser.get(here).text) if name.endswith(".js")]
    text = browser.get(urljoin(here, script)).text
    assert re.search(r"[\"'`]api/events/v2[\"'`]", text), "this is no longer how the script asks"
    assert not re.findall(r"[\"'`]/(?:api|v1|ui|logs|running|upstream|sdapi)\b[^\"'`]*", text)


def test_what_it_does_is_its_own(browser, top):
    load = top + "api/models/org%2Flarge/load"
    assert browser.post(load, headers={"Origin": "http://elsewhere.example"}).status_code == 403
    assert browser.post(load, headers={"Origin": "http://localhost"}).status_code < 300
    assert browser.get(top + "api/models/org%2Flarge").json()["state"] == "ready"
    assert browser.post(top + "api/models/unload", headers={"Origin": "http://localhost"}).status_code < 300


def first(lines, wanted):
    """The data of the first event for which `wanted` holds. Comments come for as long as nothing happens."""
    end = time.monotonic() + WAIT_DEADLINE
    for line in lines:
        if line.startswith("data:") and wanted(data := json.loads(line[5:])):
            return data
        assert time.monotonic() < end, "no such event"
    raise AssertionError("the stream ended")


def test_events_arrive_as_they_happen(browser, top):
    with browser.stream("GET", top + "api/events/v2", headers={"Accept": "text/event-stream"}) as stream:
        lines = stream.iter_lines()
        first(lines, lambda data: data["models"]["small"]["state"] == "stopped")
        browser.post(top + "api/models/small/load")
        first(lines, lambda data: data.get("models", {}).get("small", {}).get("state") == "ready")
    browser.post(top + "api/models/unload")


def test_log_lines_arrive_as_they_are_said(browser, top):
    with browser.stream("GET", top + "api/logs/stream") as stream:
        browser.post(top + "api/models/small/load")
        first(stream.iter_lines(), lambda data: "small" in json.dumps(data))
    browser.post(top + "api/models/unload")
