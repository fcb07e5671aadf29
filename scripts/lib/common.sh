# shellcheck shell=bash
# What every script here shares: the top folder, messages, root rights, packages. Sourced, never run.

# shellcheck disable=SC2034
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
in_ci() { [[ ${CI:-} == true ]]; }

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "this needs root: $*  (run as root, or install sudo)"
  fi
}

# Prints the words among "$@" that are packages not installed here.
missing_packages() {
  local package status
  for package in "$@"; do
    status=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    [[ $status == ii* ]] || printf '%s\n' "$package"
  done
}

# Asks apt only if something is missing, so that a second run costs nothing.
install_packages() {
  have apt-get || die "no apt-get here: install these by other means: $*"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -gt 0 ]] || return 0
  say "installing ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  as_root "${apt[@]}" update
  # --no-remove: another version of a library in use is the user's business, not ours.
  as_root "${apt[@]}" install -y --no-install-recommends --no-remove "${missing[@]}" ||
    die "apt could not install: ${missing[*]}"
}

# ID and version of the distribution, as in `debian 12`.
distribution() (
  # shellcheck source=/dev/null
  . /etc/os-release
  printf '%s %s\n' "${ID:-unknown}" "${VERSION_ID:-0}"
)
