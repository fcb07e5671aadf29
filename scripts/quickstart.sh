#!/usr/bin/env bash
# From a fresh clone to a running daemon: installs what is missing, builds the release preset and starts
# paddock with the demo configuration in the foreground. Ctrl-C stops it. A second run takes seconds.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/packages.sh
. "$ROOT/scripts/lib/packages.sh"
# shellcheck source=lib/build.sh
. "$ROOT/scripts/lib/build.sh"

LISTEN=127.0.0.1:8080
START=yes
ENGINE=
MODEL_FILE=
CONFIG=config/demo.yaml
MODELS=(sim-small sim-large)
BINARY=build/release/paddock

usage() {
  cat <<'END'
Usage: scripts/quickstart.sh [--listen HOST:PORT] [--no-start] [--llama-server PATH --model FILE]

  --listen HOST:PORT    address of the daemon (default 127.0.0.1:8080)
  --no-start            install and build only
  --llama-server PATH   run the demo on a real engine ...
  --model FILE          ... with this GGUF file
END
}

parse_arguments() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      --listen | --llama-server | --model)
        [[ $# -ge 2 ]] || die "$1 needs a value"
        case $1 in
          --listen) LISTEN=$2 ;;
          --llama-server) ENGINE=$2 ;;
          --model) MODEL_FILE=$2 ;;
        esac
        shift
        ;;
      --no-start) START=no ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && die "unknown argument: $1" ;;
    esac
    shift
  done
  if [[ -n $ENGINE && -z $MODEL_FILE ]] || [[ -z $ENGINE && -n $MODEL_FILE ]]; then
    die "--llama-server and --model go together"
  fi
}

# The path as it may stand in single quotes of a command in the configuration.
quotable_path() {
  local path
  path=$(realpath -e -- "$1") || die "no such file: $1"
  # shellcheck disable=SC2016
  case $path in
    *[\'$'\n']* | *'${'*) die "this path has characters that the demo cannot quote: $path" ;;
  esac
  printf '%s' "$path"
}

# Two entries on one file, so that there is something to swap.
write_real_config() {
  local engine model
  have "$ENGINE" || die "no such program: $ENGINE"
  engine=$(quotable_path "$(command -v "$ENGINE")")
  model=$(quotable_path "$MODEL_FILE")
  CONFIG=build/demo-real.yaml
  MODELS=(real-short real-long)
  cat >"$CONFIG" <<END
# Written by scripts/quickstart.sh: one GGUF served twice, with a short and a long context.
models:
  real-short:
    cmd: |
      '$engine' --host 127.0.0.1 --port \${PORT} --model '$model' --alias \${MODEL_ID} --ctx-size 2048
  real-long:
    cmd: |
      '$engine' --host 127.0.0.1 --port \${PORT} --model '$model' --alias \${MODEL_ID} --ctx-size 8192
END
}

# The first GGUF in the usual places, if any.
find_gguf() {
  local folder
  for folder in "$HOME/models" "$HOME/.cache/llama.cpp" "$HOME/.cache/huggingface" /models /srv/models; do
    [[ -d $folder ]] || continue
    find -L "$folder" -maxdepth 6 -name '*.gguf' -size +1M -print -quit 2>/dev/null || true
  done | head -n 1
}

hint_real_engine() {
  [[ -z $ENGINE ]] && have llama-server || return 0
  local file
  file=$(find_gguf)
  note "There is a llama-server here. To run the demo on it:"
  note "  scripts/quickstart.sh --llama-server $(command -v llama-server) --model ${file:-FILE.gguf}"
}

# HOST:PORT as curl needs it: an empty or wildcard host is reached on the loopback.
reachable_address() {
  local host=${LISTEN%:*} port=${LISTEN##*:}
  case $host in
    '' | 0.0.0.0 | '*') host=127.0.0.1 ;;
    '[::]') host='[::1]' ;;
  esac
  printf '%s:%s' "$host" "$port"
}

check_port_free() {
  local address host port
  address=$(reachable_address)
  host=${address%:*}
  host=${host#[}
  host=${host%]}
  port=${address##*:}
  [[ $LISTEN == *:* && $port =~ ^[1-9][0-9]*$ ]] || die "--listen wants HOST:PORT with a port number, not '$LISTEN'"
  # The subshell's redirection fails unless somebody accepts.
  if (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; then
    die "port $port is taken by another program. Stop that one, or choose another port:
       scripts/quickstart.sh --listen 127.0.0.1:$((port < 65535 ? port + 1 : 8081))
       (who has it: ss -ltnp 'sport = :$port')"
  fi
}

# A build folder keeps what was chosen for it, which may be UI=off.
page_line() {
  local type
  type=$(curl -s -o /dev/null -w '%{content_type}' --noproxy '*' --max-time 5 "http://$1/ui/") || true
  if [[ $type == text/html* ]]; then
    printf '%s' "What runs, the GPUs, the logs and a chat, in a browser: http://$1/ui/"
  else
    printf '%s' "This build is without the web page. For one with it: cmake --preset release -DUI=bundled, and this again."
  fi
}

print_welcome() {
  local address=$1
  cat <<END

paddock is ready at http://$address  (Ctrl-C stops it)

$(page_line "$address")

Ask one model, then the other; paddock swaps them:

curl http://$address/v1/chat/completions -H 'Content-Type: application/json' -d '{"model": "${MODELS[0]}", "messages": [{"role": "user", "content": "Hello!"}]}'

curl http://$address/v1/chat/completions -H 'Content-Type: application/json' -d '{"model": "${MODELS[1]}", "messages": [{"role": "user", "content": "Hello!"}]}'

END
  hint_real_engine
}

# Waits beside the daemon, which takes over this script's process.
welcome_when_ready() {
  local daemon=$1 address deadline=$((SECONDS + 30))
  address=$(reachable_address)
  while ((SECONDS < deadline)) && kill -0 "$daemon" 2>/dev/null; do
    if curl -s -f -o /dev/null --noproxy '*' --max-time 2 "http://$address/health"; then
      print_welcome "$address"
      return
    fi
    sleep 0.1
  done
}

main() {
  parse_arguments "$@"
  cd "$ROOT"
  mapfile -t packages < <(quickstart_packages)
  install_packages "${packages[@]}"
  [[ -x $BINARY ]] || say "building paddock; the first time takes some minutes"
  configure_preset release
  build_preset release
  [[ -z $ENGINE ]] || write_real_config
  if [[ $START == no ]]; then
    say "built $ROOT/$BINARY"
    return
  fi
  check_port_free
  # Twice in the background: the daemon, which takes over this process, must not inherit a child of ours.
  (welcome_when_ready $$ &)
  exec "$BINARY" --config "$CONFIG" --listen "$LISTEN"
}

main "$@"
