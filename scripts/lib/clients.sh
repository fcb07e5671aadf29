# shellcheck shell=bash
# The official client libraries for tests/clients, in the versions that stand there, away from the system's
# Python and Node. Sourced after engines.sh; everything lands in build/clients and survives reruns.

CLIENTS=$ROOT/build/clients

# The list is copied beside what was installed from it once that is whole.
fetch_python_clients() {
  local list=$ROOT/tests/clients/requirements.txt venv=$CLIENTS/venv
  ! cmp -s "$list" "$venv/requirements.txt" || return 0
  rm -rf "$venv"
  mkdir -p "$CLIENTS"
  { python3 -m venv "$venv" && "$venv/bin/pip" install -q -r "$list" && cp "$list" "$venv/"; } \
    >"$CLIENTS/pip.log" 2>&1 || reason "pip could not install the Python clients (see build/clients/pip.log)"
}

fetch_node_clients() {
  local list=$ROOT/tests/clients/package.json node=$CLIENTS/node
  ! cmp -s "$list" "$node/installed.json" || return 0
  rm -rf "$node"
  mkdir -p "$node"
  cp "$list" "$node/"
  { npm install --prefix "$node" --no-audit --no-fund --no-package-lock && cp "$list" "$node/installed.json"; } \
    >"$CLIENTS/npm.log" 2>&1 || reason "npm could not install the Node clients (see build/clients/npm.log)"
}

fetch_client_libraries() { fetch_python_clients && fetch_node_clients; }
