"""What the tests on real engines and with real clients share: the daemon under test, its control routes and
deadlines."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

PADDOCK = Path(os.environ["PADDOCK_BINARY"])
REAL = Path(os.environ["PADDOCK_REAL"])
START_DEADLINE = 10
WAIT_DEADLINE = 20

# Everything here is on the loopback; a proxy in the environment must not come between.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

CONFIG = """
healthCheckTimeout: 60
macros:
  llama: {bin}/llama-server --host 127.0.0.1 --port ${{PORT}} --alias ${{MODEL_ID}} --threads 2
models:
  smollm2:
    cmd: ${{llama}} --model {models}/smollm2.gguf --ctx-size 8192 --parallel 1
  tiny:
    cmd: ${{llama}} --model {models}/tiny.gguf
  tiny-embed:
    cmd: ${{llama}} --model {models}/tiny.gguf --embeddings --pooling mean
  tiny-whisper:
    cmd: |
      {bin}/whisper-server --host 127.0.0.1 --port ${{PORT}} --model {models}/tiny-whisper.bin
      --no-fallback --audio-ctx 256 --best-of 1
  no-file:
    cmd: ${{llama}} --model {models}/there-is-no-such-file.gguf
"""


def eventually(what, condition, deadline=WAIT_DEADLINE):
    """The first true value of condition(), or a failure that names what was waited for."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"not within {deadline} s: {what}")


def process_gone(pid):
    """True once no process has this number, not even a dead one that waits for its parent."""
    return not Path(f"/proc/{pid}").exists()


class Daemon:
    """paddock on a free port of the loopback with the models of `config`. Ends with the block it is used in."""

    def __init__(self, folder, *arguments, config=CONFIG):
        file = Path(folder) / "config.yaml"
        file.write_text(config.format(bin=REAL / "bin", models=REAL / "models"))
        command = [str(PADDOCK), "--config", str(file), "--listen", "127.0.0.1:0", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        errors="replace")
        self.lines = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        try:
            self.url = eventually("the address in the log", self._address, START_DEADLINE)
        except AssertionError:
            self.process.kill()
            raise

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def _address(self):
        for line in list(self.lines):
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                return found.group(1)
        if self.process.poll() is not None:
            raise AssertionError("the daemon ended: " + " | ".join(self.lines[-5:]))
        return None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(WAIT_DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.reader.join(5)
        if kind:
            print("\n".join(self.lines[-200:]))

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def model(self, name):
        return self.get(f"/api/models/{name}")

    def pid(self, name):
        launch = self.model(name)["launch"]
        return launch["pid"] if launch else None

    def running(self):
        return [entry["model"] for entry in self.get("/running")["running"] if entry["state"] == "ready"]

    def log_of(self, name):
        """What the model's server has printed so far; the stream never ends, so take what comes at once."""
        text = b""
        with urllib.request.urlopen(f"{self.url}/logs/stream/{name}", timeout=0.3) as stream:
            try:
                while piece := stream.read1(65536):
                    text += piece
            except TimeoutError:
                pass
        return text.decode(errors="replace")
