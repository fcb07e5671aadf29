#!/usr/bin/env bash
# Reads CHANGELOG.md and prints its newest section in the form of Debian's changelogs.
set -euo pipefail
[[ $# -eq 3 ]] || { echo "Usage: scripts/debian_changelog.sh VERSION MAINTAINER SECONDS_SINCE_1970 <CHANGELOG.md" >&2 && exit 2; }

# Its entries, one a line.
entries() {
  awk '/^## /{ if (seen++) exit; next } !seen { next }
    /^- /{ if (entry) print entry; entry = substr($0, 3) } /^  [^ ]/{ entry = entry " " substr($0, 3) }
    END { if (entry) print entry }'
}

printf 'paddock (%s) stable; urgency=medium\n\n' "$1"
entries | while IFS= read -r entry; do
  fold -s -w 74 <<<"$entry" | sed -e '1s/^/  * /' -e '1!s/^/    /' -e 's/ *$//'
done
printf '\n -- %s  %s\n' "$2" "$(LC_ALL=C date -u -d "@$3" '+%a, %d %b %Y %H:%M:%S +0000')"
