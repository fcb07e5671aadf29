# shellcheck shell=bash
# Tries what scripts/package.sh makes: the Debian package in a clean root of the distribution it was made on, the
# tarball in clean roots of Debian 12 and 13, and both as far as checkers see it. There is no systemd in such a root:
# its unit is verified, and the daemon started by hand as the unit would. Sourced after fresh.sh.
#
# The packages are those that `fresh` has just made in its root, else they are made here.

# shellcheck disable=SC2153
PACKAGES=$ROOT/build/packages

# What the Debian package is made for, and so tried on.
packages_suite() {
  case $(distribution) in
    'debian 12') echo bookworm ;;
    'debian 13') echo trixie ;;
    *) return 1 ;;
  esac
}

packages_made() {
  if [[ $FRESH_PACKED == yes ]]; then
    PACKAGES=$FRESH_PACKAGES
    return
  fi
  "$ROOT/scripts/package.sh" >"$REPORTS/package.log" 2>&1 || { tail -n 40 "$REPORTS/package.log" && return 1; }
}

# root_command USER ROOT COMMAND...: sets ROOT_COMMAND, which runs it in the root as somebody there, with nothing of
# this machine's environment but the proxies. By exec throughout, so a signal reaches the command.
root_command() {
  local user=$1 root=$2 name
  shift 2
  ROOT_COMMAND=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive)
  [[ $(id -u) -eq 0 ]] || ROOT_COMMAND=(sudo "${ROOT_COMMAND[@]}")
  for name in http_proxy https_proxy no_proxy; do
    [[ -z ${!name:-} ]] || ROOT_COMMAND+=("$name=${!name}")
  done
  ROOT_COMMAND+=(chroot --userspec="$user" "$root" "$@")
}

in_root() {
  root_command "$@"
  "${ROOT_COMMAND[@]}"
}

# serves USER ROOT COMMAND...: the daemon says that it is well, and ends cleanly.
serves() {
  local port pid code=0 answer='' deadline=$((SECONDS + 20)) log=$REPORTS/packages-daemon.log
  port=$(free_port)
  root_command "$@" --listen "127.0.0.1:$port"
  "${ROOT_COMMAND[@]}" >"$log" 2>&1 &
  pid=$!
  until answer=$(fresh_fetch "http://127.0.0.1:$port/health" 2>/dev/null); do
    { kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); } || break
    sleep 0.2
  done
  as_root kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" || code=$?
  [[ $answer == OK && $code -eq 0 ]] || { note "/health: '$answer', exit code $code" && tail -n 20 "$log" && return 1; }
}

# ---- the tarball

tarball_unpacked() {
  as_root mkdir -p "$1/opt" && as_root tar -C "$1/opt" -xzf "$TARBALL" && as_root mv "$1"/opt/paddock-* "$1/opt/paddock"
}

# Each library is its own or glibc's.
tarball_brings_its_libraries() {
  local strangers
  strangers=$(in_root root "$1" ldd /opt/paddock/bin/paddock | grep -vE \
    'linux-vdso|=> /opt/paddock/(bin/\.\./)?lib/|/(ld-linux[^/ ]*|libc|libm|libdl|libpthread|librt|libresolv)\.so\.[0-9]+ ') || return 0
  note "$strangers"
  return 1
}

tarball_says_its_version() {
  local said
  said=$(in_root root "$1" /opt/paddock/bin/paddock --version) && note "$said" && [[ $said == "version: $VERSION "* ]]
}

try_tarball() {
  local suite=$1 root=$FRESH/$1
  fresh_check "$suite: the tarball is unpacked" tarball_unpacked "$root" || return 0
  fresh_check "$suite: it brings all libraries but glibc's" tarball_brings_its_libraries "$root" || true
  fresh_check "$suite: it runs" tarball_says_its_version "$root" || true
  fresh_check "$suite: it serves" serves nobody "$root" /opt/paddock/bin/paddock \
    --config /opt/paddock/share/doc/paddock/config/demo.yaml || true
}

# The oldest glibc that docs/packages.md promises is new enough for all that is in it.
tarball_keeps_the_floor() {
  local folder promised needed
  folder=$(mktemp -d)
  tar -C "$folder" -xzf "$TARBALL"
  promised=$(sed -nE 's/.*glibc ([0-9.]+[0-9]) or newer.*/\1/p' "$ROOT/docs/packages.md" | head -n 1)
  needed=$(objdump -T "$folder"/*/bin/* "$folder"/*/lib/* | grep -oE 'GLIBC_[0-9]+\.[0-9]+' | sort -uV | tail -n 1)
  rm -rf "$folder"
  note "needs ${needed#GLIBC_}, promised is $promised"
  [[ -n $promised && -n $needed && $(printf '%s\n' "${needed#GLIBC_}" "$promised" | sort -V | tail -n 1) == "$promised" ]]
}

# ---- the Debian package

deb_installed() {
  local root=$1 log=$REPORTS/packages-apt.log
  as_root cp "$DEB" "$root/tmp/paddock.deb"
  { in_root root "$root" apt-get -q update &&
    in_root root "$root" apt-get -q install -y --no-install-recommends /tmp/paddock.deb; } >"$log" 2>&1 ||
    { tail -n 20 "$log" && return 1; }
}

deb_has_its_user() {
  local groups
  groups=$(in_root root "$1" id -Gn paddock) && [[ $groups == paddock ]] && in_root root "$1" getent group render video >/dev/null &&
    in_root paddock "$1" test -w /var/lib/paddock && ! in_root paddock "$1" test -w /etc/paddock/config.yaml
}

deb_config_is_good() { in_root paddock "$1" paddock check --strict; }

# As from a user's hand: without a word about the configuration, which is found.
deb_serves() {
  serves paddock "$1" env STATE_DIRECTORY=/var/lib/paddock paddock &&
    grep -q 'configuration: /etc/paddock/config.yaml' "$REPORTS/packages-daemon.log"
}

# Among this machine's units, for the root has none; the program is the root's.
deb_unit_is_good() {
  local root=$1 said folder code=0
  folder=$(mktemp -d)
  sed "s|=/usr/bin/|=$root/usr/bin/|" "$root/usr/lib/systemd/system/paddock.service" >"$folder/paddock.service"
  said=$(systemd-analyze verify --man=no "$folder/paddock.service" 2>&1) || code=$?
  rm -rf "$folder"
  [[ $code -ne 0 || -n $said ]] || return 0
  note "$said"
  return 1
}

# systemd must not kill what keeps its own time.
deb_unit_has_patience() {
  local stop budget
  stop=$(sed -nE 's/^TimeoutStopSec=([0-9]+)$/\1/p' "$1/usr/lib/systemd/system/paddock.service")
  budget=$(in_root paddock "$1" paddock check --print 2>/dev/null | sed -nE 's/^shutdownTimeout: *([0-9]+).*/\1/p')
  note "TimeoutStopSec is ${stop:-none}, shutdownTimeout ${budget:-none}"
  [[ -n $stop && -n $budget && $stop -ge $((budget + 3)) ]]
}

# An own configuration outlives the package; purged, nothing is left.
deb_goes() {
  local root=$1
  as_root tee -a "$root/etc/paddock/config.yaml" <<<'# mine' >/dev/null
  in_root root "$root" dpkg --remove paddock >"$REPORTS/packages-remove.log" 2>&1 && [[ -e $root/etc/paddock/config.yaml ]] &&
    in_root root "$root" dpkg --purge paddock >>"$REPORTS/packages-remove.log" 2>&1 &&
    [[ ! -e $root/etc/paddock && ! -e $root/var/lib/paddock && ! -e $root/usr/share/doc/paddock ]]
}

# lintian_finds_no_error: what it finds apart from errors is shown.
lintian_finds_no_error() { lintian --allow-root --fail-on error "$DEB"; }

try_deb() {
  local suite=$1 root=$FRESH/$1
  fresh_check "$suite: the package is installed" deb_installed "$root" || return 0
  fresh_check "$suite: it has its user, who owns its state" deb_has_its_user "$root" || true
  fresh_check "$suite: its configuration has no finding" deb_config_is_good "$root" || true
  fresh_check "$suite: it serves as installed" deb_serves "$root" || true
  fresh_check "$suite: systemd-analyze verify has nothing to say" deb_unit_is_good "$root" || true
  fresh_check "$suite: the unit waits long enough for the end" deb_unit_has_patience "$root" || true
  fresh_check "$suite: every option is completed" completions_are_whole "$root" || true
  fresh_check "$suite: the manual page is whole" manual_is_whole "$root" || true
  fresh_check "$suite: it goes" deb_goes "$root" || true
}

# ---- what is made from --help

# described_options ROOT [COMMAND]: the options of its --help, each once.
described_options() { in_root root "$1" paddock ${2:+"$2"} --help | grep -oE '^ {1,12}-[^ ]*( +--[a-z0-9-]+)?' | grep -oE -- '--[a-z0-9-]+' | sort -u; }

described_commands() { in_root root "$1" paddock --help | awk 'tolower($0) ~ /^subcommands:/ { on = 1; next } on && /^  ?[a-z]/ { print $1 }'; }

bash_completes() {
  # shellcheck disable=SC2016
  env -i bash -c '. "$1"; COMP_WORDS=(paddock $2 --); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _paddock; printf "%s\n" "${COMPREPLY[@]}" | sort' \
    bash "$1/usr/share/bash-completion/completions/paddock" "$2"
}

fish_completes() {
  # shellcheck disable=SC2016
  env -i HOME="$FRESH" PATH="$PATH" fish --no-config -c 'source $argv[1]; complete -C "paddock $argv[2] --"' \
    "$1/usr/share/fish/vendor_completions.d/paddock.fish" "$2" | cut -f1 | sort
}

zsh_names() { grep -oE -- "^    '\*--[a-z0-9-]+" "$1/usr/share/zsh/vendor-completions/_paddock" | cut -c7- | sort; }

completions_are_whole() {
  local root=$1 command wanted all=''
  zsh -n "$root/usr/share/zsh/vendor-completions/_paddock" || return 1
  for command in '' $(described_commands "$root"); do
    [[ $command != sim-server ]] || continue
    wanted=$(described_options "$root" "$command")
    all+=$wanted$'\n'
    [[ -n $wanted ]] || { note "no options of '$command'" && return 1; }
    diff <(echo "$wanted") <(bash_completes "$root" "$command") || { note "bash, of '$command'" && return 1; }
    diff <(echo "$wanted") <(fish_completes "$root" "$command") || { note "fish, of '$command'" && return 1; }
  done
  diff <(sort <<<"${all%$'\n'}") <(zsh_names "$root") || { note zsh && return 1; }
}

manual_is_whole() {
  local root=$1 page=$1/usr/share/man/man1/paddock.1.gz text option command
  [[ -z $(man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null) ]] || return 1
  text=$(MANWIDTH=200 man -E UTF-8 -l "$page" | col -b)
  for command in '' $(described_commands "$root"); do
    grep -qF -- "$command" <<<"$text" || { note "no $command" && return 1; }
    [[ $command != sim-server ]] || continue
    for option in $(described_options "$root" "$command"); do
      grep -qF -- "$option" <<<"$text" || { note "no $option" && return 1; }
    done
  done
}

# ---- all of it

packages_prepare() { fresh_base "$1" && fresh_unpack "$1"; }

run_packages() {
  local packages own suite
  mapfile -t packages < <(try_packages)
  install_packages "${packages[@]}"
  mkdir -p "$FRESH"
  own=$(packages_suite) || die "packages are tried on Debian 12 and 13 only, and this is $(distribution)"
  fresh_check 'scripts/package.sh makes the packages' packages_made || return 0
  DEB=$(echo "$PACKAGES"/paddock_*.deb)
  TARBALL=$(echo "$PACKAGES"/paddock-*.tar.gz)
  VERSION=$(dpkg-deb -f "$DEB" Version)
  fresh_check 'lintian finds no error' lintian_finds_no_error || true
  # Made on a newer Debian it may need a newer glibc.
  [[ $own != bookworm ]] || fresh_check 'the tarball runs with the glibc that is promised' tarball_keeps_the_floor || true
  for suite in bookworm trixie; do
    [[ $own != trixie || $suite == trixie ]] || continue
    fresh_check "$suite: a clean root" packages_prepare "$suite" || continue
    try_tarball "$suite"
    [[ $suite != "$own" ]] || try_deb "$suite"
    fresh_remove "$suite"
  done
}
