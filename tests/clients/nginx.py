"""A real nginx with the blocks of docs/reverse-proxy.md in front of a daemon."""

import os
import re
import socket
import subprocess
from pathlib import Path

from harness import eventually

DOCUMENT = Path(__file__).parents[2] / "docs" / "reverse-proxy.md"
PADDOCK = "http://127.0.0.1:8080"  # as the blocks call it
MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {servers}
}}
"""


def documented():
    """The blocks as they stand there: all of a server, and a location below a path."""
    whole, below = re.findall(r"```nginx\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return whole, below


class Nginx:
    """Runs in the block it is used in. `door` is the socket it listens at."""

    def __init__(self, folder, servers, url):
        self.folder = folder
        self.door = folder / "nginx.sock"  # a port would have to be guessed
        assert PADDOCK in servers and servers.count("listen 80;") == 1
        servers = servers.replace(PADDOCK, url).replace("listen 80;", f"listen unix:{self.door};")
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder, servers=servers))

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nginx", "-e", "stderr", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")])
        try:
            eventually("nginx listens", lambda: self.process.poll() is None and self._listens())
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
