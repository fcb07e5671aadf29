# shellcheck shell=bash
# Configure and build a preset of CMakePresets.json. Sourced after common.sh.

configure_preset() {
  local preset=$1
  shift
  (cd "$ROOT" && cmake --preset "$preset" "$@" >"$(build_log "$preset")" 2>&1) ||
    { cat "$(build_log "$preset")" >&2 && die "cmake --preset $preset failed"; }
}

build_log() {
  mkdir -p "$ROOT/build"
  printf '%s/build/%s-configure.log' "$ROOT" "$1"
}

# build_preset PRESET [TARGET...]: everything when no target is named.
build_preset() {
  local preset=$1
  shift
  local targets=()
  [[ $# -eq 0 ]] || targets=(--target "$@")
  (cd "$ROOT" && cmake --build --preset "$preset" "${targets[@]}") || die "building preset $preset failed"
}
