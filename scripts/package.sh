#!/usr/bin/env bash
# Makes the packages of a release: paddock_VERSION_ARCH.deb for the distribution that this runs on, and a tarball
# that runs where it is unpacked. Installs with apt what it needs, builds the release preset.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/packages.sh
. "$ROOT/scripts/lib/packages.sh"
# shellcheck source=lib/build.sh
. "$ROOT/scripts/lib/build.sh"

BUILD=$ROOT/build/release
OUT=$ROOT/build/packages

usage() {
  cat <<'END'
Usage: scripts/package.sh     makes the Debian package and the tarball in build/packages

PADDOCK_MAINTAINER='NAME <ADDRESS>' in the environment says who answers for the package.
END
}

# Built where it is, to see its own text.
make_deb() {
  cpack --config "$BUILD/CPackConfig.cmake" -G DEB -B "$OUT/cpack" >"$OUT/cpack.log" 2>&1 ||
    { cat "$OUT/cpack.log" >&2 && die "cpack failed"; }
  mv "$OUT"/cpack/*.deb "$OUT"
  rm -rf "$OUT/cpack"
}

# The shared libraries of a program, by their paths; not glibc's own, which belong to the kernel's and the
# machine's side: name services and the loader must be the machine's.
libraries_of() {
  ldd "$1" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
    grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|libutil|libanl|ld-linux[^/]*)\.so\.[0-9]+$'
}

# The licence of the Debian package that a library comes from. A file may be known by its name before /usr was
# merged.
copy_licence() {
  local file=$1 package
  package=$( (dpkg -S "$file" || dpkg -S "${file#/usr}" || dpkg -S "/usr$file") 2>/dev/null | head -n 1 | cut -d: -f1)
  [[ -n $package && -e /usr/share/doc/$package/copyright ]] || die "no licence is known of $file"
  cp -L "/usr/share/doc/$package/copyright" "$2/$(basename "$file")"
}

# The newest version of glibc that any of these files asks for.
glibc_floor() {
  objdump -T "$@" 2>/dev/null | grep -oE 'GLIBC_[0-9]+\.[0-9]+' | sort -uV | tail -n 1 | cut -d_ -f2
}

# Seconds since 1970: of the commit, so that its packages are the same whenever they are made.
day() { echo "${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || date +%s)}"; }

make_tarball() {
  local name=$1 stage=$OUT/$1 file
  rm -rf "$stage"
  cmake --install "$BUILD" --component program --strip --prefix "$stage" >"$OUT/install.log" ||
    { cat "$OUT/install.log" >&2 && die "cmake --install failed"; }
  mkdir -p "$stage/lib" "$stage/share/doc/paddock/licences"
  while IFS= read -r file; do
    cp -L "$file" "$stage/lib"
    copy_licence "$file" "$stage/share/doc/paddock/licences"
    # shellcheck disable=SC2016
    patchelf --set-rpath '$ORIGIN' "$stage/lib/$(basename "$file")"
  done < <(libraries_of "$stage/bin/paddock")
  # No LD_LIBRARY_PATH: the engines would inherit it.
  # shellcheck disable=SC2016
  patchelf --set-rpath '$ORIGIN/../lib' "$stage/bin/paddock"
  chmod 644 "$stage"/lib/*
  tar -C "$OUT" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(day)" \
    -czf "$OUT/$name.tar.gz" "$name"
  note "$name.tar.gz needs glibc $(glibc_floor "$stage/bin/paddock" "$stage"/lib/*) or newer"
  rm -rf "$stage"
}

main() {
  if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage && return; fi
  [[ $# -eq 0 ]] || { usage >&2 && exit 2; }
  local packages version
  mapfile -t packages < <(package_packages)
  install_packages "${packages[@]}"
  configure_preset release ${PADDOCK_MAINTAINER:+-DPADDOCK_MAINTAINER="$PADDOCK_MAINTAINER"}
  build_preset release paddock described
  rm -rf "$OUT"
  mkdir -p "$OUT"
  version=$(sed -nE 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$BUILD/CMakeCache.txt")
  say "packages of paddock $version"
  make_deb
  make_tarball "paddock-$version-linux-$(uname -m)"
  ls -l "$OUT"
}

main "$@"
