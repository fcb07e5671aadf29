"""A real Caddy with the blocks of docs/reverse-proxy.md in front of a daemon."""

import os
import re
import socket
import subprocess

from harness import eventually
from nginx import DOCUMENT

PADDOCK = "127.0.0.1:8080"  # as the blocks call it
NAME = "models.example.org {"
GLOBAL = "{\n\tadmin off\n\tauto_https off\n}\n"


def documented():
    """The blocks as they stand there: a whole site, what goes below a path, and one that sends a key."""
    whole, below, with_key = re.findall(r"```caddyfile\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return whole, below, with_key


class Caddy:
    """Runs in the block it is used in. `door` is the socket it listens at; it answers under every name."""

    def __init__(self, folder, site, url, **environment):
        self.folder = folder
        self.door = folder / "caddy.sock"  # a port would have to be guessed
        assert PADDOCK in site and site.count(NAME) == 1
        site = site.replace(PADDOCK, url.removeprefix("http://"))
        site = site.replace(NAME, f"http:// {{\n\tbind unix/{self.door}")
        (folder / "Caddyfile").write_text(GLOBAL + site)
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder), **environment}

    def __enter__(self):
        self.process = subprocess.Popen(["caddy", "run", "--adapter", "caddyfile", "--config",
                                         str(self.folder / "Caddyfile")], env=self.environment)
        try:
            eventually("Caddy listens", lambda: self.process.poll() is None and self._listens())
        except AssertionError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def _listens(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.door)) == 0
