# shellcheck shell=bash
# The product's two commands where nothing is installed: a minimal Debian root under build/fresh, the commit
# at HEAD cloned into it, and scripts/quickstart.sh run inside as a newcomer would. Sourced after report.sh.
#
# `full` does Debian 12 and 13, and runs the unit part of scripts/test.sh in each. The other parts are not
# repeated there: they would build everything three times more, and nothing in them depends on what is
# installed that the unit part does not show.
# `brief`, which CI runs, is Debian 12 without the unit part, and with a ccache that the images of docker/ take over,
# to keep the hour.

# shellcheck disable=SC2153
FRESH=$ROOT/build/fresh
# What a clean root of this machine's own distribution built from these very sources, kept for other parts.
FRESH_BINARY=$FRESH/paddock
FRESH_BUILT=no
# The packages that it made of that.
FRESH_PACKAGES=$FRESH/packages
FRESH_PACKED=no
# What the compiler of that root made, as ccache keeps it.
# shellcheck disable=SC2034
FRESH_CACHE=$FRESH/ccache
# Where a clean root finds the certificates that this machine's npm and Node were told to trust, if any.
FRESH_NPM_CA=/etc/host-npm-ca.pem
FRESH_NODE_CA=/etc/host-node-ca.pem

# One check of a fresh root counts as one test.
fresh_check() {
  local what=$1
  shift
  if "$@"; then
    note "ok: $what"
    count 1 0 0
  else
    note "FAILED: $what"
    count 0 1 0
    return 1
  fi
}

# Kept as a tarball, so that the next root costs seconds. Made by debootstrap from this machine's mirror.
fresh_base() {
  local suite=$1 mirror base=$FRESH/base-$1.tar extra=()
  [[ ! -s $base ]] || return 0
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || { note "no Debian mirror in this machine's apt" && return 1; }
  [[ $mirror != https:* ]] || extra=(--include=ca-certificates)
  rm -rf "$FRESH/base"
  as_root debootstrap --variant=minbase "${extra[@]}" "$suite" "$FRESH/base" "$mirror" \
    >"$FRESH/debootstrap-$suite.log" 2>&1 || { tail -n 5 "$FRESH/debootstrap-$suite.log" && return 1; }
  as_root tar -C "$FRESH/base" --exclude=./dev --exclude='./var/cache/apt/archives/*.deb' -cf "$base.new" .
  as_root rm -rf "$FRESH/base"
  mv "$base.new" "$base"
}

# /dev by hand: mounting may be forbidden where the tests run, and this much is enough.
fresh_devices() {
  local root=$1 node
  as_root mkdir -p "$root/dev" "$root/proc" "$root/dev/shm"
  for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
    # shellcheck disable=SC2086
    set -- $node
    as_root mknod -m 666 "$root/dev/$1" c "$2" "$3"
  done
  as_root chmod 1777 "$root/dev/shm"
  as_root ln -s /proc/self/fd "$root/dev/fd"
}

# How this machine's apt gets through to its mirror, without its hooks and preferences.
fresh_network() {
  local root=$1
  apt-config dump 2>/dev/null | grep -E '^Acquire::(Check|http|https|ftp|Proxy|Retries)' |
    as_root tee "$root/etc/apt/apt.conf.d/00host" >/dev/null || true
  local file
  for file in /etc/resolv.conf /etc/hosts; do
    [[ ! -e $file ]] || as_root cp -L "$file" "$root$file"
  done
}

# The root is thrown away, so dpkg need not wait for the disk after each of its files.
fresh_haste() { echo force-unsafe-io | as_root tee "$1/etc/dpkg/dpkg.cfg.d/00haste" >/dev/null; }

# How this machine's npm gets to its registry, of all that it is told only that: address, proxies, keys and whom
# it trusts. What it has fetched before is not handed in.
fresh_npm() {
  local root=$1 name value file
  [[ ! -e ${NODE_EXTRA_CA_CERTS:-} ]] || as_root cp -L "$NODE_EXTRA_CA_CERTS" "$root$FRESH_NODE_CA"
  have npm || return 0
  as_root install -m 600 /dev/null "$root/root/.npmrc"  # before there is a key in it
  for name in registry proxy https-proxy noproxy strict-ssl cafile; do
    value=$(npm config get "$name" 2>/dev/null) || continue
    case $value in null | undefined | '') continue ;; esac
    if [[ $name == cafile ]]; then
      as_root cp -L "$value" "$root$FRESH_NPM_CA"
      value=$FRESH_NPM_CA
    fi
    printf '%s=%s\n' "$name" "$value"
  done | as_root tee "$root/root/.npmrc" >/dev/null
  file=$(npm config get userconfig 2>/dev/null) || return 0
  # Lines such as `//registry.example/:_authToken=...`, which npm tells nobody.
  { grep '^//' "$file" 2>/dev/null || true; } | as_root tee -a "$root/root/.npmrc" >/dev/null
}

# A clean root, and nothing more.
fresh_unpack() {
  local suite=$1 root=$FRESH/$1
  fresh_remove "$suite"
  as_root mkdir -p "$root"
  as_root tar -C "$root" -xf "$FRESH/base-$suite.tar"
  fresh_devices "$root"
  fresh_network "$root"
  fresh_haste "$root"
  as_root mount -t proc proc "$root/proc" 2>/dev/null || note "no /proc in the root: mounting is forbidden here"
}

fresh_root() {
  local suite=$1 root=$FRESH/$1
  fresh_unpack "$suite"
  fresh_npm "$root"
  rm -rf "$FRESH/clone"
  git clone -q "file://$ROOT" "$FRESH/clone" && as_root cp -r "$FRESH/clone" "$root/root/paddock"
}

fresh_remove() {
  local root=$FRESH/$1
  [[ -d $root ]] || return 0
  as_root umount "$root/proc" 2>/dev/null || true
  # Never delete through a mount that is still there.
  [[ ! -e $root/proc/self ]] || die "$root/proc is still mounted"
  as_root rm -rf "$root"
}

# fresh_command SUITE COMMAND...: sets FRESH_COMMAND, which runs it in the clone with a newcomer's environment
# and this machine's proxies. All its programs replace each other by exec, so a signal reaches the last one.
fresh_command() {
  local root=$FRESH/$1 name
  shift
  FRESH_COMMAND=(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8)
  [[ $(id -u) -eq 0 ]] || FRESH_COMMAND=(sudo "${FRESH_COMMAND[@]}")
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [[ -z ${!name:-} ]] || FRESH_COMMAND+=("$name=${!name}")
  done
  [[ ! -e $root$FRESH_NODE_CA ]] || FRESH_COMMAND+=("NODE_EXTRA_CA_CERTS=$FRESH_NODE_CA")
  # shellcheck disable=SC2016
  FRESH_COMMAND+=(chroot "$root" sh -c 'cd /root/paddock && exec "$@"' sh "$@")
}

# The network is shared with this machine, so the port must be free on it.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# The first curl line of the log, run as printed.
fresh_curl_works() {
  local line answer
  line=$(grep -m1 '^curl ' "$1")
  answer=$(eval "$line --silent --show-error --max-time 60 --noproxy '*'") || return 1
  note "$answer"
  [[ $answer == *'This is a simulation'* && $answer == *'"usage"'* ]]
}

# The address that it opens, and all files that the page there names.
fresh_page_works() {
  local address name names
  address=$(grep -om1 'http://[^ ]*/ui/' "$1") || return 1
  names=$(fresh_fetch "$address" | grep -oE 'assets/[^"]+\.(js|css)') || return 1
  for name in $names; do
    [[ -n $(fresh_fetch "$address$name") ]] || return 1
  done
  note "$address: ${names//$'\n'/ }"
}

fresh_fetch() { curl --silent --show-error --fail --max-time 20 --noproxy '*' "$1"; }

# fresh_wait_for_curl_line LOG PID SECONDS
fresh_wait_for_curl_line() {
  local deadline=$((SECONDS + $3))
  until grep -q '^curl ' "$1"; do
    kill -0 "$2" 2>/dev/null || return 1
    ((SECONDS < deadline)) || return 1
    sleep 1
  done
}

# The second command of a newcomer's day: everything is there, so the address must come in seconds.
fresh_start_and_ask() {
  local suite=$1 log=$2 limit=$3 port pid begin=$SECONDS ok=yes
  port=$(free_port)
  : >"$log"  # the shell makes it only when the command below has begun
  fresh_command "$suite" scripts/quickstart.sh --listen "127.0.0.1:$port"
  "${FRESH_COMMAND[@]}" >"$log" 2>&1 &
  pid=$!
  fresh_check "$suite: quickstart prints a curl line within $limit s" \
    fresh_wait_for_curl_line "$log" "$pid" "$limit" || ok=no
  note "took $((SECONDS - begin)) s"
  if [[ $ok == yes ]]; then
    fresh_check "$suite: the printed curl line works" fresh_curl_works "$log" || ok=no
    fresh_check "$suite: the page is there, with its files" fresh_page_works "$log" || ok=no
  fi
  kill -TERM "$pid" 2>/dev/null || true
  fresh_check "$suite: the daemon ends cleanly" wait "$pid" || ok=no
  [[ $ok == yes ]] || tail -n 40 "$log"
  [[ $ok == yes ]]
}

fresh_unit() {
  fresh_command "$1" scripts/test.sh unit
  "${FRESH_COMMAND[@]}" >"$REPORTS/fresh-$1-unit.log" 2>&1 ||
    { tail -n 40 "$REPORTS/fresh-$1-unit.log" && return 1; }
  note "$(tail -n 1 "$REPORTS/fresh-$1-unit.log")"
}

fresh_suite() {
  local suite=$1 scope=$2
  fresh_check "$suite: a clean root" fresh_prepare "$suite" || return 0
  [[ $scope == full ]] || fresh_take_cache "$suite"
  if fresh_start_and_ask "$suite" "$REPORTS/fresh-$suite.log" 2400; then
    fresh_start_and_ask "$suite" "$REPORTS/fresh-$suite-again.log" 20 || true
    if [[ $scope == full ]]; then
      fresh_check "$suite: scripts/test.sh unit" fresh_unit "$suite" || true
    fi
    fresh_keep "$suite"
  fi
  [[ $scope == full ]] || fresh_give_cache "$suite"
  fresh_remove "$suite"
}

fresh_keep() {
  [[ $1 == bookworm && $(distribution) == 'debian 12' ]] || return 0
  [[ -z $(git -C "$ROOT" status --porcelain --untracked-files=no) ]] || return 0
  # shellcheck disable=SC2034
  cp "$FRESH/$1/root/paddock/build/release/paddock" "$FRESH_BINARY" && FRESH_BUILT=yes
  fresh_check "$1: scripts/package.sh" fresh_package "$1" || true
}

# Where the program is built already.
fresh_package() {
  fresh_command "$1" scripts/package.sh
  "${FRESH_COMMAND[@]}" >"$REPORTS/fresh-$1-package.log" 2>&1 ||
    { tail -n 40 "$REPORTS/fresh-$1-package.log" && return 1; }
  rm -rf "$FRESH_PACKAGES"
  # shellcheck disable=SC2034
  cp -r "$FRESH/$1/root/paddock/build/packages" "$FRESH_PACKAGES" && FRESH_PACKED=yes
}

fresh_prepare() { fresh_base "$1" && fresh_root "$1"; }

# The build uses ccache where it is installed.
fresh_take_cache() {
  fresh_command "$1" sh -c 'apt-get -q update && apt-get -q install -y --no-install-recommends ccache'
  "${FRESH_COMMAND[@]}" >"$REPORTS/fresh-$1-ccache.log" 2>&1 || { note "no ccache in the root" && return; }
  as_root mkdir -p "$FRESH/$1/root/.cache"
  [[ ! -d $FRESH_CACHE ]] || as_root mv "$FRESH_CACHE" "$FRESH/$1/root/.cache/ccache"
}

fresh_give_cache() {
  local cache=$FRESH/$1/root/.cache/ccache
  [[ ! -d $cache ]] || { as_root rm -rf "$FRESH_CACHE" && as_root mv "$cache" "$FRESH_CACHE"; }
}

# run_fresh full|brief
run_fresh() {
  local packages
  mapfile -t packages < <(fresh_packages)
  install_packages "${packages[@]}"
  mkdir -p "$FRESH"
  fresh_suite bookworm "$1"
  [[ $1 == brief ]] || fresh_suite trixie "$1"
}
