# shellcheck shell=bash
# Counts tests over all parts, from what the runners themselves wrote. Sourced after common.sh.

PASSED=0
FAILED=0
SKIPPED=0
PART_LINES=()

# count PASSED FAILED SKIPPED
count() {
  PASSED=$((PASSED + $1))
  FAILED=$((FAILED + $2))
  SKIPPED=$((SKIPPED + $3))
}

# Sums one attribute over all <testsuite ...> of a JUnit file. ctest and pytest both write these.
junit_sum() {
  { grep -o '<testsuite [^>]*' "$1" || true; } | tr '\n' ' ' |
    { grep -o " $2=\"[0-9]*\"" || true; } | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

# count_junit FILE EXIT_CODE: adds a runner's JUnit file to the counts. A runner that left none, ran nothing,
# or failed without a failed test (ctest calls a test that was not built skipped) is one failure.
count_junit() {
  local file=$1 code=$2 all bad skipped
  if [[ ! -s $file ]]; then
    note "no report in $file"
    count 0 1 0
    return
  fi
  # A newline between attributes and elements: ctest spreads them over lines, pytest does not.
  tr '\n\t' '  ' <"$file" | sed 's/<testsuite /\n&/g' >"$file.flat"
  all=$(junit_sum "$file.flat" tests)
  bad=$(($(junit_sum "$file.flat" failures) + $(junit_sum "$file.flat" errors)))
  skipped=$(($(junit_sum "$file.flat" skipped) + $(junit_sum "$file.flat" disabled)))
  if [[ $all -eq 0 ]]; then
    note "no test ran ($file)"
    count 0 1 0
    return
  fi
  count $((all - bad - skipped)) "$bad" "$skipped"
  if [[ $code -ne 0 && $bad -eq 0 ]]; then
    note "the runner failed with exit code $code ($file)"
    count 0 1 0
  fi
}

# run_part NAME FUNCTION [ARGUMENT...]: runs it, and notes its time and its share of the counts.
run_part() {
  local name=$1 begin=$SECONDS passed=$PASSED failed=$FAILED skipped=$SKIPPED
  shift
  say "$name"
  "$@"
  PART_LINES+=("$(printf '%-12s %5d s  %d passed, %d failed, %d skipped' "$name" $((SECONDS - begin)) \
    $((PASSED - passed)) $((FAILED - failed)) $((SKIPPED - skipped)))")
}

# The closing lines; fails if anything failed or nothing ran.
print_summary() {
  local line
  say "parts"
  for line in "${PART_LINES[@]}"; do note "$line"; done
  local last="$PASSED passed, $FAILED failed"
  [[ $SKIPPED -eq 0 ]] || last+=", $SKIPPED skipped"
  printf '%s\n' "$last"
  [[ $FAILED -eq 0 && $((PASSED + SKIPPED)) -gt 0 ]]
}
