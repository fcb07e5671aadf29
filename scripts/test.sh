#!/usr/bin/env bash
# Installs what the tests need and runs all of them, or the parts that are named. The time of each part and
# the sum of all counts close the output. CI runs `all`.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for library in packages build report engines clients fresh images try_packages; do
  # shellcheck source=/dev/null
  . "$ROOT/scripts/lib/$library.sh"
done

REPORTS=$ROOT/build/reports
FUZZ_SECONDS=10
# fresh comes before those that ask what it built.
ALL_PARTS=(asan tsan fuzz ui fresh packages e2e real clients chaos)

usage() {
  cat <<'END'
Usage: scripts/test.sh [PART...]      without a part: all

  all          asan tsan fuzz ui, fresh with Debian 12's quickstart only, packages e2e real clients chaos
  unit         unit, layering and document tests, debug build
  integration  the whole program against fake upstreams, debug build
  asan         unit and integration under the address and undefined-behaviour sanitizers
  tsan         the router's tests and the program under the thread sanitizer, asked by asan's integration tests
  fuzz         each fuzz target for ten seconds (clang)
  ui           the web page: types, tests, build and size (npm)
  e2e          the web page of the release binary in the distribution's Chromium; screenshots in build/screenshots
  chaos        the storm of tests/chaos for a minute, against the release binary (the other builds run 20 s of it)
  flood        what a flooding log costs the release binary, measured: bench/log_flood
  real         real llama-servers and whisper-servers, fetched from Debian's testing suite
  clients      the official clients of OpenAI, Anthropic and Ollama on those, a real nginx and Caddy in front, schemathesis
  fresh        the two commands in clean roots of Debian 12 and 13 (needs root)
  packages     the Debian package and the tarball, made, checked and tried in such roots (needs root)
  images       docker/: the images are built by buildah and run out of their files (needs root)
END
}

install_for() {
  local packages
  mapfile -t packages < <("$@")
  install_packages "${packages[@]}"
}

# ctest_in FOLDER NAME [ARGUMENT...]: the tests under a build folder; counts what ctest reports.
ctest_in() {
  local folder=$ROOT/build/$1 report=$REPORTS/$2.xml code=0
  shift 2
  rm -f "$report"
  # More at a time than there are processors: most tests wait for processes.
  "${RUNNER[@]}" ctest --test-dir "$folder" -j$(($(nproc) + 1)) --output-on-failure --timeout 300 \
    --output-junit "$report" "$@" || code=$?
  count_junit "$report" "$code"
}

# The build targets of every folder under tests/ that matches and has tests in it.
folder_targets() {
  local folder
  for folder in "$@"; do
    [[ -e $ROOT/tests/$folder/CMakeLists.txt ]] && printf 'tests/%s/all\n' "$folder"
  done
  return 0
}

unit_folders() {
  (cd "$ROOT/tests" && printf '%s\n' unit/* layering support fake_upstream docs page_build)
}

part_unit() {
  install_for unit_packages
  configure_preset debug
  local folders targets
  mapfile -t folders < <(unit_folders)
  mapfile -t targets < <(folder_targets "${folders[@]}")
  build_preset debug "${targets[@]}"
  ctest_in debug unit -L unit
}

part_integration() {
  install_for unit_packages
  configure_preset debug
  build_integration debug
  ctest_in debug integration -L integration
}

# build_integration PRESET [TARGET...]
build_integration() {
  local preset=$1 targets
  shift
  mapfile -t targets < <(folder_targets fake_upstream integration chaos)
  build_preset "$preset" paddock "${targets[@]}" "$@"
}

part_asan() {
  install_for unit_packages
  configure_preset asan
  build_preset asan
  ctest_in asan asan
}

# Older thread sanitizers die where the kernel randomises addresses more widely than they expect.
no_randomisation() {
  if have setarch && setarch -R true 2>/dev/null; then
    RUNNER=(setarch -R)
  else
    note "setarch -R is not allowed here; the thread sanitizer runs without it"
  fi
}

# Only what has the threads is built anew; the tests that ask it are asan's. With four workers, because one has
# nobody to race with.
part_tsan() {
  install_for unit_packages
  no_randomisation
  configure_preset asan
  build_integration asan
  configure_preset tsan
  build_preset tsan paddock tests/unit/router/all
  ctest_in tsan/tests/unit/router tsan-router
  local PADDOCK_BIN=$ROOT/build/tsan/paddock
  export PADDOCK_BIN
  ctest_in asan/tests/integration tsan-integration -R 'integration\.w4\.'
  ctest_in asan/tests/chaos tsan-chaos
  RUNNER=()
}

# A fuzz target is one test: it passes if ten seconds find nothing. It starts from the committed inputs, if it
# has any. What it finds interesting is kept in the build folder, so that the next run goes on from there.
run_fuzz_target() {
  local target=$1 name corpora words=()
  name=$(basename "$target")
  corpora=("$ROOT/build/fuzz/corpus-$name")
  mkdir -p "${corpora[0]}"
  [[ -d $ROOT/tests/fuzz/corpus/$name ]] && corpora+=("$ROOT/tests/fuzz/corpus/$name")
  case $name in
    fuzz_config | fuzz_command | fuzz_matrix) ;;
    *) words=("-dict=$ROOT/tests/fuzz/http.dict") ;;
  esac
  if "$target" -max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=4096 "${words[@]}" \
    -artifact_prefix="$REPORTS/$name-" "${corpora[@]}" >"$REPORTS/$name.log" 2>&1; then
    note "$name: $(grep -E '^Done' "$REPORTS/$name.log" || true)"
  else
    note "$name found something:"
    tail -n 40 "$REPORTS/$name.log"
    return 1
  fi
}

# All targets, as many at a time as there are processors.
run_fuzz_targets() {
  local target job running=()
  for target in "$@"; do
    run_fuzz_target "$target" &
    running+=($!)
    if [[ ${#running[@]} -ge $(nproc) ]]; then
      count_fuzz_target "${running[0]}"
      running=("${running[@]:1}")
    fi
  done
  for job in "${running[@]}"; do count_fuzz_target "$job"; done
}

count_fuzz_target() {
  if wait "$1"; then count 1 0 0; else count 0 1 0; fi
}

part_fuzz() {
  install_for unit_packages
  install_for fuzz_packages
  local compiler target targets=()
  compiler=$(fuzz_compiler)
  configure_preset fuzz -DCMAKE_CXX_COMPILER="$compiler"
  build_preset fuzz tests/fuzz/all
  for target in "$ROOT"/build/fuzz/fuzz_*; do
    [[ ! -f $target || ! -x $target ]] || targets+=("$target")
  done
  [[ ${#targets[@]} -gt 0 ]] || { count 0 1 0 && return; }
  run_fuzz_targets "${targets[@]}"
}

fuzz_compiler() {
  local name
  for name in clang++-14 clang++-19 clang++; do
    if have "$name"; then
      echo "$name"
      return
    fi
  done
  die "no clang++ after installing it"
}

# What cannot be reached is a skip on a developer's machine and a failure in CI.
skip_real() {
  note "skipped: $1"
  if in_ci; then count 0 1 0; else count 0 0 1; fi
}

# One step of the page's; what it says is shown only if it fails.
ui_step() {
  local what=$1 log=$REPORTS/ui-$2.log
  shift 2
  if (cd "$ROOT/ui" && "$@") >"$log" 2>&1; then
    note "ok: $what"
    count 1 0 0
  else
    note "FAILED: $what"
    tail -n 40 "$log"
    count 0 1 0
  fi
}

part_ui() {
  install_for page_packages
  ui_step 'npm ci' install npm ci --loglevel=error
  ui_step 'its types are those of openapi.json' types npm run --silent types:check
  ui_step 'the compiler has no complaint' check npm run --silent check
  local report=$REPORTS/ui.xml code=0
  rm -f "$report"
  (cd "$ROOT/ui" && npx vitest run --reporter=default --reporter=junit --outputFile.junit="$report") || code=$?
  count_junit "$report" "$code"
  ui_step 'it builds' build npm run --silent build
  ui_step 'it is small' budget npm run --silent budget
  note "$(tail -n 1 "$REPORTS/ui-budget.log")"
}

# What is looked at is the release, its models come from asan.
part_e2e() {
  have npm || install_packages nodejs npm
  have chromium || install_packages chromium
  install_for unit_packages
  need_release
  configure_preset asan
  local targets
  mapfile -t targets < <(folder_targets fake_upstream)
  build_preset asan "${targets[@]}"
  ui_step 'npm ci of the browser tests' e2e-install npm --prefix e2e ci --loglevel=error
  ui_step 'the compiler has no complaint of them' e2e-check npm --prefix e2e run --silent check
  local PADDOCK_BIN=$RELEASE PADDOCK_FAKE=$ROOT/build/asan/fake_upstream report=$REPORTS/e2e.xml code=0
  local CHROMIUM
  CHROMIUM=$(command -v chromium)
  export PADDOCK_BIN PADDOCK_FAKE CHROMIUM
  rm -f "$report"
  (cd "$ROOT/ui" && npm run --silent e2e) || code=$?
  count_junit "$report" "$code"
}

install_for_real() {
  install_for release_packages
  # Any Python will do; only where there is none does apt bring the distribution's.
  python3 -c 'import venv, ensurepip' 2>/dev/null || install_packages python3 python3-venv
}

# Sets RELEASE to what users run: what `fresh` has just built in a clean root, if that was this state of the
# sources, else a release build made here.
need_release() {
  if [[ -x $FRESH_BINARY && $FRESH_BUILT == yes ]]; then
    RELEASE=$FRESH_BINARY
    return
  fi
  install_for release_packages
  configure_preset release
  build_preset release paddock
  RELEASE=$ROOT/build/release/paddock
}

# pytest_in PART PYTHON: the tests in that folder of tests/, against $RELEASE.
pytest_in() {
  local report=$REPORTS/$1.xml code=0
  rm -f "$report"
  PADDOCK_BINARY=$RELEASE PADDOCK_REAL=$REAL PADDOCK_CLIENTS=$CLIENTS "$2" -m pytest -q -rA \
    -p no:cacheprovider --junitxml "$report" "$ROOT/tests/$1" || code=$?
  count_junit "$report" "$code"
}

part_real() {
  install_for_real
  local why
  why=$(fetch_engines) || { skip_real "$why" && return; }
  why=$(fetch_clients) || { skip_real "$why" && return; }
  why=$(fetch_models) || { skip_real "$why" && return; }
  need_release
  pytest_in real "$REAL/venv/bin/python"
}

part_clients() {
  install_for_real
  have nginx || [[ -x /usr/sbin/nginx ]] || install_packages nginx-light
  have caddy || install_packages "$(caddy_package)"
  local why PATH=$PATH:/usr/sbin
  why=$(fetch_engines) || { skip_real "$why" && return; }
  why=$(fetch_client_libraries) || { skip_real "$why" && return; }
  why=$(write_models "$CLIENTS/venv/bin/python") || { skip_real "$why" && return; }
  need_release
  pytest_in clients "$CLIENTS/venv/bin/python"
}

# All of it: Debian 12 and 13, quickstart and unit tests. In `all`: see scripts/lib/fresh.sh.
part_fresh() { run_fresh "$@"; }

part_packages() { run_packages; }

# See scripts/lib/images.sh.
part_images() { run_images; }

# The storm and its models come from asan, what it blows at is the release.
part_chaos() {
  install_for unit_packages
  need_release
  configure_preset asan
  local targets
  mapfile -t targets < <(folder_targets fake_upstream chaos)
  build_preset asan "${targets[@]}"
  local PADDOCK_BIN=$RELEASE PADDOCK_CHAOS_SECONDS=60
  export PADDOCK_BIN PADDOCK_CHAOS_SECONDS
  ctest_in asan/tests/chaos chaos
}

# The fake and the clients come from asan, and weigh the same on both sides.
part_flood() {
  install_for unit_packages
  need_release
  configure_preset asan
  build_preset asan bench_log_flood
  local report=$REPORTS/flood.log code=0
  PADDOCK_BIN=$RELEASE "$ROOT/build/asan/bench_log_flood" --check --rounds 10 --requests 300 --megabytes 200 \
    >"$report" 2>&1 || code=$?
  note "$(tail -n 40 "$report")"
  if [[ $code -eq 0 ]]; then count 1 0 0; else count 0 1 0; fi
}

run_named() {
  case $1 in
    all)
      local part
      for part in "${ALL_PARTS[@]}"; do
        if [[ $part == fresh ]]; then run_part fresh part_fresh brief; else run_named "$part"; fi
      done
      ;;
    unit | integration | asan | tsan | fuzz | ui | packages | e2e | real | clients | chaos | flood | images) run_part "$1" "part_$1" ;;
    fresh) run_part fresh part_fresh full ;;
    *) usage >&2 && die "unknown part: $1" ;;
  esac
}

# A part that could not be built ends the run; it still counts and the closing line still comes.
close_after_death() {
  local code=$?
  [[ $code -eq 0 || $CLOSED == yes ]] || { count 0 1 0 && print_summary; }
}

main() {
  [[ $# -gt 0 ]] || set -- all
  if [[ $1 == -h || $1 == --help ]]; then usage && return; fi
  RUNNER=()
  CLOSED=no
  mkdir -p "$REPORTS"
  trap close_after_death EXIT
  local name
  for name in "$@"; do run_named "$name"; done
  CLOSED=yes
  print_summary
}

main "$@"
