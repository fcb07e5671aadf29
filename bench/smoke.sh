#!/usr/bin/env bash
# What does a proxied request cost? nginx and paddock in front of the same nginx upstream, in turn, in the
# same run; prints CPU per request of each and the ratio. Wall-clock figures of a shared machine mean little,
# CPU of one process divided by its requests means much.
#
#   bench/smoke.sh [--connections 32] [--seconds 4] [--rounds 3] [--workers N] [--max-ratio 1.3]
#
# Needs: nginx, wrk, python3, a release build (build/release/paddock, or PADDOCK_BIN). Loopback only.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
binary=${PADDOCK_BIN:-$here/build/release/paddock}
connections=32 seconds=4 rounds=3 workers=2 max_ratio=1.3
while [ $# -gt 0 ]; do
  case $1 in
    --connections) connections=$2 ;;
    --seconds) seconds=$2 ;;
    --rounds) rounds=$2 ;;
    --workers) workers=$2 ;;
    --max-ratio) max_ratio=$2 ;;
    *) echo "usage: see the head of $0" >&2; exit 2 ;;
  esac
  shift 2
done
for tool in nginx wrk python3; do
  command -v "$tool" >/dev/null || { echo "bench: $tool is missing; apt-get install nginx-light wrk python3" >&2; exit 2; }
done
[ -x "$binary" ] || { echo "bench: $binary is missing; cmake --preset release && cmake --build --preset release" >&2; exit 2; }

work=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
upstream_port=$(free_port)
nginx_port=$(free_port)

answer='{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hello there"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}'
cat >"$work/upstream.conf" <<EOF
worker_processes 1; daemon off; pid $work/upstream.pid; error_log $work/upstream.err;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path $work/u1; proxy_temp_path $work/u2;
  fastcgi_temp_path $work/u3; uwsgi_temp_path $work/u4; scgi_temp_path $work/u5;
  server { listen 127.0.0.1:$upstream_port backlog=4096;
    location / { default_type application/json; return 200 '$answer'; } } }
EOF
cat >"$work/proxy.conf" <<EOF
worker_processes $workers; daemon off; pid $work/proxy.pid; error_log $work/proxy.err;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path $work/p1; proxy_temp_path $work/p2;
  fastcgi_temp_path $work/p3; uwsgi_temp_path $work/p4; scgi_temp_path $work/p5;
  upstream u { server 127.0.0.1:$upstream_port; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:$nginx_port backlog=4096;
    location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      client_body_buffer_size 1m; proxy_pass http://u; } } }
EOF
cat >"$work/config.yaml" <<EOF
models:
  llama:
    cmd: nginx -p $work -c $work/upstream.conf
    proxy: http://127.0.0.1:$upstream_port
    checkEndpoint: /
EOF
cat >"$work/chat.lua" <<'EOF'
local messages = {}
for i = 1, 6 do messages[i] = '{"role":"user","content":"' .. string.rep("lorem ipsum dolor sit amet ", 6) .. '"}' end
wrk.method = "POST"
wrk.path = "/v1/chat/completions"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"llama","stream":false,"messages":[' .. table.concat(messages, ",") .. '],"temperature":0.7}'
EOF

"$binary" --config "$work/config.yaml" --listen 127.0.0.1:0 --workers "$workers" >"$work/paddock.log" 2>&1 &
paddock_pid=$!
pids+=("$paddock_pid")
nginx -p "$work" -c "$work/proxy.conf" >"$work/nginx.log" 2>&1 &
nginx_pid=$!
pids+=("$nginx_pid")

paddock_port=
for _ in $(seq 200); do
  paddock_port=$(sed -nE 's/.*listening on http:\/\/[^ ]*:([0-9]+).*/\1/p' "$work/paddock.log" | head -1)
  [ -n "$paddock_port" ] && break
  kill -0 "$paddock_pid" || { cat "$work/paddock.log" >&2; exit 1; }
  python3 -c 'import time; time.sleep(0.05)'
done
# The first request starts the upstream; nginx's own proxy needs it too.
curl -sf --max-time 30 -H 'Content-Type: application/json' -d '{"model":"llama"}' \
  "http://127.0.0.1:$paddock_port/v1/chat/completions" >/dev/null
curl -sf --max-time 30 --retry 20 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$nginx_port/" >/dev/null

# User and system clock ticks of a process and its direct children (nginx's workers), upstream excluded.
ticks() {
  python3 - "$@" <<'EOF'
import sys
def stat(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return int(fields[1]), int(fields[11]) + int(fields[12])
import os
root, with_children = sys.argv[1], sys.argv[2] == "children"
total = stat(root)[1]
if with_children:
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parent, spent = stat(name)
            except OSError:
                continue
            if parent == int(root):
                total += spent
print(total)
EOF
}

# NAME PID children|alone PORT -> "requests ticks"
measure() {
  local before after requests
  before=$(ticks "$2" "$3")
  requests=$(wrk -t1 -c"$connections" -d"${seconds}s" -s "$work/chat.lua" "http://127.0.0.1:$4/" |
    tee -a "$work/$1.wrk" | sed -nE 's/^ *([0-9]+) requests in.*/\1/p')
  after=$(ticks "$2" "$3")
  echo "$requests $((after - before))" >>"$work/$1.rounds"
}

for _ in $(seq "$rounds"); do
  measure nginx "$nginx_pid" children "$nginx_port"
  measure paddock "$paddock_pid" alone "$paddock_port"
done
grep -h 'Non-2xx' "$work"/*.wrk && { echo "bench: some answers were not 200" >&2; exit 1; }

python3 - "$work" "$connections" "$max_ratio" "$(getconf CLK_TCK)" <<'EOF'
import statistics, sys
work, connections, limit, hertz = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
def cost(name):
    rows = [tuple(map(int, line.split())) for line in open(f"{work}/{name}.rounds")]
    return [ticks / hertz * 1e6 / requests for requests, ticks in rows]
nginx, paddock = cost("nginx"), cost("paddock")
ratios = sorted(p / n for p, n in zip(paddock, nginx))
show = lambda values: " ".join(f"{v:6.1f}" for v in values)
print(f"CPU per request, {connections} connections, microseconds, one column a round")
print(f"  nginx    {show(nginx)}")
print(f"  paddock  {show(paddock)}")
median = statistics.median(ratios)
print(f"  ratio    median {median:.2f} (min {ratios[0]:.2f}, max {ratios[-1]:.2f}), wanted <= {limit}")
sys.exit(0 if median <= limit else 1)
EOF
