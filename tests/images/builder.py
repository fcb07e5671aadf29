"""Images without a Docker engine: buildah as root, with storage of its own below build/images."""

import contextlib
import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = Path(os.environ["PADDOCK_IMAGES"])
CONTEXT = PLACE / "context"  # a copy of the sources with things in it that belong in no image; scripts/lib/images.sh
BASE = "localhost/paddock-base"  # a debootstrap root
SECRET = (PLACE / "canary").read_text().strip()  # stands in npm's settings and in a config.yaml beside the Dockerfiles
COMMIT = "0123456789ab"  # the same for all, so that the stage that they share is built once
BUILD_SECONDS = 2700


def buildah(*words, seconds=300):
    """What it prints. Its temporary folder holds what builds share: the compiler's cache."""
    storage = ["--root", PLACE / "store", "--runroot", PLACE / "run", "--storage-driver", "overlay"]
    done = subprocess.run(["buildah", *storage, *words], env={**os.environ, "TMPDIR": str(PLACE / "tmp")}, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds)
    if done.returncode != 0:
        raise AssertionError(f"buildah {' '.join(map(str, words))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def build(tag, file, context=CONTEXT, **arguments):
    """Builds an image and gives it the name TAG. Nothing is pulled: what is not here fails the build."""
    words = ["bud", "--format", "docker", "--isolation", "chroot", "--layers", "--pull-never", "-t", tag, "-f", file,
             "--secret", f"id=npmrc,src={PLACE / 'npmrc'}"]
    for name, value in arguments.items():
        words += ["--build-arg", f"{name}={value}"]
    return buildah(*words, context, seconds=BUILD_SECONDS)


def build_paddock(tag, name, **arguments):
    """A Dockerfile of ours, on the debootstrap root."""
    build(tag, CONTEXT / "docker" / name, BASE_IMAGE=BASE, COMMIT=COMMIT, **arguments)
    return settings(tag)


def stub(tag, files, lines=()):
    """An image for tests: the base, programs by their path, and more lines of a Dockerfile."""
    folder = PLACE / "stubs" / tag.replace("/", "_").replace(":", "_")
    for path, text in files.items():
        file = folder / "root" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    (folder / "Dockerfile").write_text("\n".join([f"FROM {BASE}", "COPY root /", *lines]) + "\n")
    build(tag, folder / "Dockerfile", folder)


def settings(tag):
    """How a container of the image starts: User, Env, Entrypoint, Cmd, Healthcheck ..."""
    return json.loads(buildah("inspect", "--type", "image", tag))["Docker"]["config"]


@contextlib.contextmanager
def unpacked(tag):
    """The image's files, in a folder that may be written to."""
    name = buildah("from", "--pull-never", tag).strip()
    try:
        yield Path(buildah("mount", name).strip())
    finally:
        buildah("rm", name)
