"""A container by hand: what a Docker engine would do with an image's files and settings, out of util-linux.

Its own processes, mounts and network, so that the daemon is process 1 and port 8080 is free.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

ADDRESS = "10.77.0.1"  # the one that a Docker network would give; on the loopback device of its own network
READY_SECONDS = 30

START = """
root=$1; shift
ip link set lo up
ip address add {address}/32 dev lo
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
  mount --bind "$1" "$root$2"
  [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
  shift 3
done
shift
exec "$@"
"""


class Box:
    """files: the image's; settings: builder.settings(); mounts: {path inside: folder or file outside}, read-only."""

    def __init__(self, files, settings, mounts=()):
        self.files, self.settings, self.mounts = files, settings, dict(mounts)
        self.process = None
        self.log = None
        for folder in ("proc", "dev"):
            (files / folder).mkdir(exist_ok=True)
        for inside, outside in self.mounts.items():
            self.make_place(files / inside.lstrip("/"), Path(outside))

    @staticmethod
    def make_place(place, outside):
        place.parent.mkdir(parents=True, exist_ok=True)
        if outside.is_dir():
            place.mkdir(exist_ok=True)
        else:
            place.touch()

    def inside(self, words, folder=None):
        """The command line that runs WORDS among the image's files as the image's user."""
        folder = folder or self.settings["WorkingDir"]
        return ["chroot", f"--userspec={self.settings['User']}", "--groups=", self.files, "/usr/bin/env", "-i", "-C",
                folder, *self.settings["Env"], *words]

    def boxed(self, words):
        mounts = [word for inside, outside in self.mounts.items() for word in (str(outside), inside, "ro")]
        return ["unshare", "--fork", "--pid", "--mount", "--net", "--kill-child", "sh", "-euc",
                START.format(address=ADDRESS), "sh", self.files, *mounts, "--", *self.inside(words)]

    def run(self, *words):
        """`docker run --rm IMAGE WORDS`."""
        return subprocess.run(self.boxed([*self.settings["Entrypoint"], *words]), text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run_alone(self, *words):
        """The same with another entrypoint."""
        return subprocess.run(self.boxed(words), text=True, timeout=60, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)

    @contextlib.contextmanager
    def running(self):
        """`docker run -d IMAGE`; gone when it is left."""
        with open(self.files.parent / "box.log", "w+", encoding="utf-8") as self.log:
            self.process = subprocess.Popen(self.boxed(self.settings["Entrypoint"] + self.settings["Cmd"]),
                                            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
            try:
                self.wait_until(lambda: self.curl("/health").returncode == 0, "it answers")
                yield self
            finally:
                if self.process.poll() is None:
                    self.process.kill()  # --kill-child: the box goes with it
                self.process.wait()

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def wait_until(self, true, what):
        deadline = time.monotonic() + READY_SECONDS
        while not true():
            assert self.process.poll() is None, f"ended before {what}:\n{self.said()}"
            assert time.monotonic() < deadline, f"not within {READY_SECONDS} s: {what}\n{self.said()}"
            time.sleep(0.05)  # between two looks

    def pid(self):
        """Process 1 of the box, by its number out here; 0 while it is not there yet."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else 0

    def enter(self, *words, processes=False):
        flags = ["--net", "--mount", *(["--pid"] if processes else [])]
        return subprocess.run(["nsenter", "-t", str(self.pid()), *flags, *words], text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def exec(self, *words):
        """`docker exec`."""
        return self.enter(*self.inside(words), processes=True)

    def curl(self, path, *words, host="127.0.0.1"):
        return self.enter("curl", "-sS", "--fail-with-body", "--max-time", "20", "--noproxy", "*", *words,
                          f"http://{host}:8080{path}")

    def stop(self):
        """`docker stop`: (exit code, seconds)."""
        begin = time.monotonic()
        os.kill(self.pid(), signal.SIGTERM)
        return self.process.wait(30), time.monotonic() - begin

    def proc(self, name):
        """A file of /proc as the box sees it."""
        return Path(f"/proc/{self.pid()}/root/proc") / name
