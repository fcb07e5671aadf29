#!/usr/bin/env bash
# Writes what tells shells and readers of the command line, as the program's own --help has it, so that it cannot
# go stale: completions for bash, zsh and fish, and the manual page from docs/paddock.1.in.
set -euo pipefail

usage() { echo "Usage: scripts/describe_cli.sh PADDOCK VERSION FOLDER   writes paddock.bash, _paddock, paddock.fish, paddock.1" >&2; }
[[ $# -eq 3 ]] || { usage && exit 2; }
PADDOCK=$1
VERSION=$2
OUT=$3
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Lines `COMMAND|options:|NAME|VALUE|TEXT`, `COMMAND|subcommands:|NAME||TEXT` and, of what stands below those,
# `COMMAND|notes|||TEXT`, of one --help. What is indented deep goes on with the line before it.
read_help() {
  "$PADDOCK" ${1:+"$1"} --help | awk -v command="${1:-}" '
    function flush() {
      if (name != "") { gsub(/\|/, "/", text); sub(/^ +/, "", text); print command "|" kind "|" name "|" value "|" text }
      name = ""; value = ""; text = ""
    }
    tolower($0) ~ /^(options|subcommands|positionals):/ { flush(); kind = tolower($1); seen = 1; next }
    seen && /^[^ ]/ { flush(); gsub(/\|/, "/"); print command "|notes|||" $0 }
    /^[^ ]/ || /^$/ { flush(); kind = ""; next }
    kind == "options:" && /^ +-/ && match($0, /-/) <= 14 {
      flush(); kind = "options:"
      if (!match($0, /--[a-z0-9-]+/)) next
      name = substr($0, RSTART, RLENGTH); rest = substr($0, RSTART + RLENGTH)
      if (match(rest, /^ [A-Z][A-Z,]*/)) value = substr(rest, 2, RLENGTH - 1)
      # The description stands behind two blanks, or on the next line.
      if (match(rest, /   *[^ ]/)) text = substr(rest, RSTART + RLENGTH - 1)
      next
    }
    kind == "subcommands:" && /^  ?[a-z]/ { flush(); name = $1; $1 = ""; text = $0; next }
    name != "" { sub(/^ +/, ""); text = text " " $0 }
    END { flush() }'
}

read_all() {
  local commands name
  read_help ''
  commands=$(read_help '' | awk -F'|' '$2 == "subcommands:" { print $3 }')
  for name in $commands; do
    # It has options of its own, for trying things out.
    [[ $name == sim-server ]] || read_help "$name"
  done
}

# commands: their names. options COMMAND: its options' names.
commands() { awk -F'|' '$2 == "subcommands:" { print $3 }' <<<"$TABLE"; }
options() { awk -F'|' -v command="$1" '$1 == command && $2 == "options:" { print $3 }' <<<"$TABLE"; }
# options with a VALUE that matches
valued() { awk -F'|' -v of="$1" '$2 == "options:" && $4 ~ of { print $3 }' <<<"$TABLE" | sort -u; }
joined() { paste -sd "$1" -; }

write_bash() {
  local name
  cat <<END
# bash completion for paddock, made from its --help.
_paddock() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case \$word in $(commands | joined '|')) command=\$word && break ;; esac
  done
  case \$previous in
    $(valued '^DIR$' | joined '|')) mapfile -t COMPREPLY < <(compgen -d -- "\$current") && return ;;
    $(valued '^FILE$' | joined '|')) mapfile -t COMPREPLY < <(compgen -f -- "\$current") && return ;;
    $(valued '.' | joined '|')) COMPREPLY=() && return ;;
  esac
  case \$command in
    '') words='$(commands | joined ' ') $(options '' | joined ' ')' ;;
END
  for name in $(commands); do printf "    %s) words='%s' ;;\n" "$name" "$(options "$name" | joined ' ')"; done
  cat <<'END'
  esac
  if [[ $current == -* || -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _paddock paddock
END
}

# Descriptions inside single quotes; zsh reads [ ] and : in them.
quoted() { sed "s/'/'\\\\''/g"; }
zsh_text() { sed -e 's/\\/\\\\/g' -e 's/[]:[]/\\&/g' | quoted; }

# zsh_options COMMAND: words for _arguments.
zsh_options() {
  local command kind name value text action
  while IFS='|' read -r command kind name value text; do
    [[ $command == "$1" && $kind == options: ]] || continue
    case $value in '') action='' ;; FILE) action=":$value:_files" ;; DIR) action=":$value:_files -/" ;; *) action=":$value: " ;; esac
    printf "    '*%s[%s]%s' \\\\\n" "$name" "$(zsh_text <<<"$text")" "$action"
  done <<<"$TABLE"
}

write_zsh() {
  local command kind name value text
  printf '#compdef paddock\n# zsh completion for paddock, made from its --help.\n\n_paddock_command() {\n  local -a commands=(\n'
  while IFS='|' read -r command kind name value text; do
    [[ $kind != subcommands: ]] || printf "    '%s:%s'\n" "$name" "$(zsh_text <<<"$text")"
  done <<<"$TABLE"
  printf "  )\n  _describe command commands\n}\n\n_paddock() {\n  local line state\n  _arguments -C \\\\\n"
  zsh_options ''
  printf "    '1:command:_paddock_command' \\\\\n    '*::argument:->argument'\n  [[ \$state == argument ]] || return 0\n  case \$line[1] in\n"
  for name in $(commands); do
    printf "  %s) _arguments \\\\\n" "$name"
    zsh_options "$name"
    printf "    '*:argument:_files' ;;\n"
  done
  printf '  esac\n}\n\n_paddock "$@"\n'
}

write_fish() {
  local command kind name value text where
  printf '# fish completion for paddock, made from its --help.\n'
  while IFS='|' read -r command kind name value text; do
    text=$(sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" <<<"$text")
    where=__fish_use_subcommand
    [[ -z $command ]] || where="__fish_seen_subcommand_from $command"
    if [[ $kind == subcommands: ]]; then
      printf "complete -c paddock -n __fish_use_subcommand -f -a %s -d '%s'\n" "$name" "$text"
    elif [[ $kind == options: ]]; then
      case $value in '') value='' ;; FILE | DIR) value=' -r -F' ;; *) value=' -x' ;; esac
      printf "complete -c paddock -n '%s' -l %s%s -d '%s'\n" "$where" "${name#--}" "$value" "$text"
    fi
  done <<<"$TABLE"
}

roff() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"; }

# man_entries COMMAND KIND
man_entries() {
  local command kind name value text
  while IFS='|' read -r command kind name value text; do
    [[ $command == "$1" && $kind == "$2" ]] || continue
    printf '.TP\n.B %s%s\n%s\n' "$(roff <<<"$name")" "${value:+ \\fI$value\\fR}" "$(roff <<<"$text")"
  done <<<"$TABLE"
}

man_notes() {
  local command kind name value text
  while IFS='|' read -r command kind name value text; do
    [[ $command != "$1" || $kind != notes ]] || printf '.PP\n%s\n' "$(roff <<<"$text")"
  done <<<"$TABLE"
}

man_commands() {
  local name
  man_entries '' subcommands:
  for name in $(commands); do
    [[ -n $(options "$name") ]] || continue
    printf '.SS Options of paddock %s\n' "$(roff <<<"$name")"
    man_entries "$name" options:
    man_notes "$name"
  done
}

write_man() {
  local line
  while IFS= read -r line; do
    case $line in
      @OPTIONS@) man_entries '' options: ;;
      @COMMANDS@) man_commands ;;
      *) printf '%s\n' "${line//@VERSION@/$VERSION}" ;;
    esac
  done <"$HERE/../docs/paddock.1.in"
}

TABLE=$(read_all)
[[ -n $(commands) && -n $(options '') ]] || { echo "error: cannot read the --help of $PADDOCK" >&2 && exit 1; }
mkdir -p "$OUT"
write_bash >"$OUT/paddock.bash"
write_zsh >"$OUT/_paddock"
write_fish >"$OUT/paddock.fish"
write_man >"$OUT/paddock.1"
