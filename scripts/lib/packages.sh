# shellcheck shell=bash
# Which packages what needs, by the names of Debian 12, Debian 13 and Ubuntu 24.04. Sourced after common.sh.

boost_package() {
  # Debian 12's default Boost is 1.74, older than we need; it ships 1.81 beside it.
  case $(distribution) in
    'debian 12') echo libboost1.81-dev ;;
    *) echo libboost-dev ;;
  esac
}

build_packages() {
  printf '%s\n' g++ cmake ninja-build pkg-config "$(boost_package)" libyaml-cpp-dev nlohmann-json3-dev \
    libsimdjson-dev libspdlog-dev libcli11-dev libcpp-httplib-dev libre2-dev libssl-dev zlib1g-dev libsqlite3-dev
}

# For the web page, which only the release has from its source. An npm that is here is as good as the
# distribution's; its registry is asked by https.
page_packages() {
  echo ca-certificates
  { have node && have npm; } || printf '%s\n' nodejs npm
}

release_packages() { build_packages && page_packages; }

# For scripts/package.sh.
package_packages() { release_packages && printf '%s\n' dpkg-dev file git gzip binutils patchelf; }

# For the part that tries the packages: shells for their completions, checkers of packages, units and pages.
try_packages() { fresh_packages && printf '%s\n' lintian systemd zsh fish man-db groff-base bsdextrautils binutils; }

quickstart_packages() { release_packages && echo curl; }

# Python's modules and curl: for tests/docs.
unit_packages() {
  build_packages && printf '%s\n' libgtest-dev libgmock-dev python3 python3-yaml python3-jsonschema curl
}

fuzz_packages() {
  case $(distribution) in
    'debian 12') printf '%s\n' clang-14 libclang-rt-14-dev ;;
    'debian 13') printf '%s\n' clang-19 libclang-rt-19-dev ;;
    *) printf '%s\n' clang libclang-rt-dev ;;
  esac
}

# Only bench/ needs these.
bench_packages() { printf '%s\n' nginx-light wrk libbenchmark-dev; }

# The other proxy of docs/reverse-proxy.md, which tests/clients runs.
caddy_package() { echo caddy; }

fresh_packages() { printf '%s\n' debootstrap git curl; }

# buildah makes images as root where no Docker engine runs; unshare, nsenter and chroot run what is in them.
image_test_packages() {
  fresh_packages
  printf '%s\n' buildah iproute2 util-linux
  python3 -c 'import venv, ensurepip' 2>/dev/null || printf '%s\n' python3 python3-venv
}
