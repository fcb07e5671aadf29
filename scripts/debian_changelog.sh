#!/usr/bin/env bash
# Reads CHANGELOG.md and prints the section of a version in the form of Debian's changelogs.
set -euo pipefail
[[ $# -eq 3 ]] || { echo "Usage: scripts/debian_changelog.sh VERSION MAINTAINER SECONDS_SINCE_1970 <CHANGELOG.md" >&2 && exit 2; }

# Its entries, one a line.
entries() {
  awk -v wanted="$1" '/^## /{ seen = ($2 == wanted); next } !seen { next }
    /^- /{ if (entry) print entry; entry = substr($0, 3) } /^  [^ ]/{ entry = entry " " substr($0, 3) }
    END { if (entry) print entry }'
}

ENTRIES=$(entries "$1")
[[ -n $ENTRIES ]] || { echo "error: CHANGELOG.md has no section '## $1' with entries in it; write one" >&2 && exit 1; }
printf 'paddock (%s) stable; urgency=medium\n\n' "$1"
while IFS= read -r entry; do
  fold -s -w 74 <<<"$entry" | sed -e '1s/^/  * /' -e '1!s/^/    /' -e 's/ *$//'
done <<<"$ENTRIES"
printf '\n -- %s  %s\n' "$2" "$(LC_ALL=C date -u -d "@$3" '+%a, %d %b %Y %H:%M:%S +0000')"
