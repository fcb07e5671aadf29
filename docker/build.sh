#!/usr/bin/env bash
# What the build stage of each Dockerfile beside this one runs, as root, in an image that is thrown away:
#
#   docker/build.sh packages   installs what the build needs
#   docker/build.sh paddock    builds the program, and leaves it in /opt/paddock with the libraries it needs
#
# /opt/paddock asks nothing of the image it is copied into but a C library at least as new as the build stage's.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

# shellcheck source=../scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib/common.sh"
# shellcheck source=../scripts/lib/packages.sh
. "$ROOT/scripts/lib/packages.sh"
# shellcheck source=../scripts/lib/build.sh
. "$ROOT/scripts/lib/build.sh"

TO=/opt/paddock
BINARY=$ROOT/build/release/paddock

image_packages() {
  local packages
  mapfile -t packages < <(release_packages && echo ccache)
  install_packages "${packages[@]}"
}

# An old-style RPATH holds for the libraries of the libraries too, and is not handed on to engines, as
# LD_LIBRARY_PATH would be.
image_compile() {
  # shellcheck disable=SC2016
  configure_preset release '-DCMAKE_BUILD_RPATH=$ORIGIN/../lib' -DCMAKE_EXE_LINKER_FLAGS=-Wl,--disable-new-dtags \
    "-DPADDOCK_COMMIT=${COMMIT:-unknown}"
  build_preset release paddock
}

# The libraries that the program loads, without those of the C library, which must be the kernel's and the image's.
image_libraries() {
  ldd "$BINARY" | awk '$2 == "=>" { print $3 }' |
    grep -vE '/(libc|libm|libpthread|libdl|librt|libresolv)\.so\.[0-9]+$'
}

# Their licences want to be where they are.
image_notice() {
  local package
  package=$(dpkg-query -S "*/$(basename "$(realpath "$1")")" 2>/dev/null | cut -d: -f1 | head -n 1) || return 0
  if [[ -n $package && -e /usr/share/doc/$package/copyright ]]; then
    install -D -m 644 "/usr/share/doc/$package/copyright" "$TO/share/doc/$package/copyright"
  fi
}

image_collect() {
  local library
  install -D "$BINARY" "$TO/bin/paddock"
  install -D -m 644 "$ROOT/LICENSE" "$TO/share/doc/paddock/copyright"
  mkdir -p "$TO/lib"
  for library in $(image_libraries); do
    install -m 644 "$library" "$TO/lib/"
    image_notice "$library"
  done
  strip --strip-unneeded "$TO/bin/paddock" "$TO"/lib/*
  "$TO/bin/paddock" --version
}

case ${1:-} in
  packages) image_packages ;;
  paddock) image_compile && image_collect ;;
  *) die "usage: docker/build.sh packages|paddock" ;;
esac
