"""A real llama-server is judged by what it prints of its own accord: nobody asks for its memory lines but
paddock, which sets the verbosity of its children. scripts/test.sh real fetches what this needs."""

import re
import urllib.request

import pytest
from harness import Daemon, eventually

KINDS = {"model": "weights", "KV": "kv", "RS": "state", "compute": "compute", "output": "output"}
LINE = re.compile(r"(~?\w+): +(\S+) +(model|KV|RS|compute|output) +buffer size = +([0-9.]+) MiB")


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(tmp_path_factory.mktemp("daemon")) as running:
        yield running


def load(daemon, model):
    urllib.request.urlopen(urllib.request.Request(f"{daemon.url}/api/models/{model}/load", method="POST"), timeout=60)


def printed(text):
    """MiB by kind; of the compute buffers, which may be reserved more than once, the last of each name."""
    sums, last = dict.fromkeys(KINDS.values(), 0.0), {}
    for function, name, kind, number in LINE.findall(text):
        if function.startswith("~"):
            continue
        if kind == "compute":
            last[name] = float(number)
        else:
            sums[KINDS[kind]] += float(number)
    sums["compute"] = sum(last.values())
    # Repacked tensors are in the mapped range once more.
    file = re.search(r"print_info: file size += +([0-9.]+) MiB", text)
    if file:
        sums["weights"] = min(sums["weights"], float(file.group(1)))
    return sums


def judged_by_all(daemon, model):
    """Its fit, once that says what the log says."""
    fit, sums = daemon.get(f"/api/models/{model}/fit"), printed(daemon.log_of(model))
    if fit["verdict"] in (None, "unknown") or sums["kv"] == 0:
        return None
    agrees = all(fit["ram"][kind] / 2**20 == pytest.approx(mib, abs=0.02) for kind, mib in sums.items())
    if not agrees:
        print(fit["ram"], sums)
    return fit if agrees else None


@pytest.mark.parametrize("model", ["tiny", "smollm2"])
def test_a_model_on_the_cpu_is_judged_with_its_own_numbers(daemon, model):
    load(daemon, model)
    # It is judged again when more was printed.
    fit = eventually("a verdict by all that it printed", lambda: judged_by_all(daemon, model))
    print(fit)
    assert fit["verdict"] == "cpu_only"
    assert re.fullmatch(r"\d+ \(\S+\)", fit["build"])
    assert fit["sentence"].startswith("Runs on CPU only: ")
    assert fit["devices"] == []
    assert fit["proof"]
    sums = printed(daemon.log_of(model))
    assert sums["weights"] > 0 and sums["kv"] > 0
    assert daemon.model(model)["fit"]["verdict"] == "cpu_only"
