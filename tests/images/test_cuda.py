"""docker/Dockerfile.cuda: its stages and arguments, with stubs for NVIDIA's images, git and cmake.

The engines themselves are not built here: that takes the real images and an hour.
"""

import pytest

from builder import build_paddock, stub, unpacked

TAG = "localhost/paddock-cuda"
VERSION, UBUNTU = "99.8.7", "98.76"
RECORD = '#!/bin/sh\necho "$(basename "$0") $*" >>/record\n'
# `git clone ... /engine` and `cmake --build FOLDER --target NAME` leave what the next step looks for: the record itself,
# so that the final image shows what each engine was built with.
GIT = RECORD + "mkdir -p /engine\n"
CMAKE = RECORD + """
[ "$1" = --build ] || exit 0
mkdir -p "$2/bin" && { cat /etc/cuda-version /record; } >"$2/bin/$4"
"""


def nvidia(kind, version=VERSION):
    """The one name under which an image is here: another version or another kind of it is not."""
    return f"docker.io/nvidia/cuda:{version}-{kind}-ubuntu{UBUNTU}"


@pytest.fixture(scope="module")
def image():
    programs = {"/usr/local/bin/apt-get": RECORD, "/usr/local/bin/git": GIT, "/usr/local/bin/cmake": CMAKE}
    stub(nvidia("devel"), {**programs, "/etc/cuda-version": f"devel {VERSION}\n"})
    stub(nvidia("runtime"), {"/usr/local/bin/apt-get": RECORD, "/etc/cuda-version": f"runtime {VERSION}\n"})
    return cuda(CUDA_ARCHITECTURES="61;86", LLAMA_CPP_REF="b1", SD_CPP_REF="master-2")


def cuda(tag=TAG, version=VERSION, **arguments):
    return build_paddock(tag, "Dockerfile.cuda", CUDA_VERSION=version, UBUNTU_VERSION=UBUNTU, **arguments)


def test_one_argument_chooses_both_versions(image):
    with unpacked(TAG) as files:
        assert (files / "etc/cuda-version").read_text() == f"runtime {VERSION}\n"
        for engine in ("llama-server", "sd-server"):
            assert f"devel {VERSION}\n" in (files / "usr/local/bin" / engine).read_text()


def test_arguments_reach_the_engines(image):
    with unpacked(TAG) as files:
        llama, sd = ((files / "usr/local/bin" / name).read_text() for name in ("llama-server", "sd-server"))
    for text in (llama, sd):
        assert "-DCMAKE_CUDA_ARCHITECTURES=61;86" in text and "-DGGML_NATIVE=OFF" in text, text
    assert "--branch b1 " in llama and "-DGGML_CUDA=ON" in llama and "--target llama-server" in llama, llama
    assert "--branch master-2 " in sd and "--recursive" in sd, sd
    assert "-DSD_CUDA=ON -DSD_BUILD_SERVER=ON" in sd and "--target sd-server" in sd, sd


def test_the_other_engine_is_not_built_along(image):
    with unpacked(TAG) as files:
        assert "sd-server" not in (files / "usr/local/bin/llama-server").read_text()
        assert not (files / "engine").exists() and not (files / "usr/local/bin/cmake").exists()


def test_versions_cannot_differ(image):
    """The build stage of another version is not here, so the build must look for that one and no other."""
    stub(nvidia("runtime", "99.8.8"), {"/etc/cuda-version": "runtime 99.8.8\n"})
    with pytest.raises(AssertionError, match="99.8.8-devel"):
        cuda("localhost/never", version="99.8.8")


def test_starts_like_the_plain_one(image):
    assert image["User"] == "10001:10001"
    assert image["Entrypoint"] == ["/usr/local/bin/paddock", "--config", "/app/config.yaml"]
    assert "/var/lib/paddock" in image["Volumes"]
