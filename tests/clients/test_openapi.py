"""schemathesis against our own control API: what /api/openapi.json says is what the daemon does, whatever it is
asked. The models here are processes that serve nothing: they start and end at once."""

import json
import os
from pathlib import Path

import pytest
import schemathesis
from harness import Daemon
from hypothesis import HealthCheck, settings

CONFIG = """
models:
  small:
    cmd: sleep 100000
    proxy: http://127.0.0.1:9
    checkEndpoint: none
    aliases: [tiny]
  org/large:
    cmd: sleep 100000
    proxy: http://127.0.0.1:9
    checkEndpoint: none
  broken:
    cmd: "false"
    proxy: http://127.0.0.1:9
    checkEndpoint: none
profiles:
  night: {{ description: the small one only, pins: {{ large: small }} }}
"""
NAMES = ["small", "tiny", "org/large", "broken"]
ENDLESS = "/logs/stream|/api/events"
DOCUMENT = Path(os.environ.get("DOC", "/tmp/w/pk/openapi.json"))
schema = schemathesis.openapi.from_path(DOCUMENT)


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    with Daemon(tmp_path_factory.mktemp("control"), config=CONFIG) as running:
        yield running


@schema.hook
def map_path_parameters(context, path_parameters):
    """Made-up names never find a model, so every other one is replaced by one that exists."""
    if path_parameters and "id" in path_parameters:
        number = sum(str(path_parameters["id"]).encode())
        if number % 2:
            path_parameters["id"] = NAMES[number // 2 % len(NAMES)]
    return path_parameters


@schema.exclude(path_regex=ENDLESS).parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_control_api(case, control):
    case.call_and_validate(base_url=control.url, timeout=20)
