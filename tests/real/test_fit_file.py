"""`paddock fit FILE.gguf` against the numbers that a real llama-server prints when it loads the same file with the
same words, on CPU. Weights, KV cache and recurrent state must agree within 5 percent; compute is shown only."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from harness import PADDOCK, REAL

HERE = Path(__file__).parent
MIB = 1 << 20
BUFFER = re.compile(r"(\w+): +(\S+) +(\w+) buffer size = +([0-9.]+) MiB")
DEADLINE = 60

CASES = [
    ("smollm2", ["-c", "4096"]),
    ("smollm2", ["-c", "8192", "-np", "3", "-ctk", "q8_0", "-ctv", "q8_0"]),
    ("tiny", ["-c", "1000", "-np", "2", "-kvu"]),
    ("minilm", ["-c", "512", "--embeddings"]),
    ("t5encoder", ["-c", "1024", "-np", "1"]),
    ("gemma3", ["-c", "8192"]),
    ("gemma3", ["-c", "8192", "-np", "2"]),
    ("gemma3", ["-c", "4096", "-np", "1", "--swa-full"]),
    ("mamba", ["-c", "2048", "-np", "3"]),
]


@pytest.fixture(scope="module")
def file_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shapes")

    def path(name):
        if name in ("smollm2", "minilm", "tiny"):
            return REAL / "models" / f"{name}.gguf"
        file = folder / f"{name}.gguf"
        if not file.exists():
            subprocess.run([sys.executable, HERE / "shapes_gguf.py", file, name], check=True, timeout=DEADLINE)
        return file

    return path


def printed(file, words):
    """Bytes by kind of buffer, once the engine is ready."""
    command = [REAL / "bin" / "llama-server", "--host", "127.0.0.1", "--port", "0", "-m", file, "-lv", "4", "--no-warmup", *words]
    engine = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    sums, lines = {}, []
    try:
        for line in engine.stdout:
            lines.append(line)
            if found := BUFFER.search(line):
                kind = found.group(3)
                # A context is reserved anew when a first try did not do: the last counts.
                before = 0 if kind == "compute" else sums.get(kind, 0)
                sums[kind] = before + float(found.group(4)) * MIB
            if "all slots are idle" in line or "server is listening" in line:
                return sums
    finally:
        engine.kill()
        engine.wait(DEADLINE)
    raise AssertionError("the engine ended: " + "".join(lines[-20:]))


def foreseen(file, words):
    command = [PADDOCK, "fit", file, "--gpus", "none", "--json", "--", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["ram"]


@pytest.mark.parametrize("name,words", CASES, ids=lambda value: value if isinstance(value, str) else " ".join(value))
def test_a_file_is_foreseen_as_the_engine_loads_it(file_of, name, words):
    file = file_of(name)
    told, seen = foreseen(file, words), printed(file, words)
    print(f"{name} {' '.join(words)}")
    for ours, theirs in (("weights", "model"), ("kv", "KV"), ("state", "RS")):
        real = seen.get(theirs, 0)
        print(f"  {ours}: foreseen {told[ours] / MIB:.2f} MiB, printed {real / MIB:.2f} MiB")
        # What is printed is rounded to a hundredth of a MiB.
        assert abs(told[ours] - real) <= 0.05 * real + 0.01 * MIB, (ours, seen)
    assert seen["model"] > 0
    low, high = (told["compute"][end] / MIB for end in ("low", "high"))
    print(f"  compute: foreseen {low:.1f} to {high:.1f} MiB, printed {seen.get('compute', 0) / MIB:.1f} MiB")
