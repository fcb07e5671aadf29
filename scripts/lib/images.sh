# shellcheck shell=bash
# The images of docker/, built by buildah from a debootstrap root, and run out of their files: tests/images. Needs root
# and no Docker engine. Sourced after fresh.sh, whose root it shares; everything lands in build/images and survives
# reruns.
#
# Where `fresh` has just built this state of the sources in such a root, its compiler's cache is taken over, so that
# the program is not compiled twice.

IMAGES=$ROOT/build/images

fetch_image_tools() {
  local list=$ROOT/tests/images/requirements.txt venv=$IMAGES/venv
  ! cmp -s "$list" "$venv/requirements.txt" || return 0
  rm -rf "$venv"
  { python3 -m venv "$venv" && "$venv/bin/pip" install -q -r "$list" && cp "$list" "$venv/"; } \
    >"$IMAGES/pip.log" 2>&1 || reason "pip could not install what tests/images needs (see build/images/pip.log)"
}

image_buildah() {
  TMPDIR=$IMAGES/tmp buildah --root "$IMAGES/store" --runroot "$IMAGES/run" --storage-driver overlay "$@"
}

# The root that `fresh` starts from, which knows how this machine's apt and npm get to their registries. npm's keys are
# taken out of it and become a secret of the build, as a user with such keys would have it.
image_base() {
  local base=$IMAGES/base
  fresh_base bookworm || return
  # Imported once: what was built on it is then still there.
  [[ ! $IMAGES/imported -nt $FRESH/base-bookworm.tar ]] || return 0
  rm -rf "$base"
  mkdir -p "$base"
  tar -C "$base" -xf "$FRESH/base-bookworm.tar"
  fresh_network "$base"
  fresh_npm "$base"
  fresh_haste "$base"
  { cat "$base/root/.npmrc" 2>/dev/null || true; } >"$IMAGES/npmrc"
  rm -f "$base/root/.npmrc"
  printf '//registry.invalid/:_authToken=%s\n' "$(cat "$IMAGES/canary")" >>"$IMAGES/npmrc"
  tar -C "$base" -cf "$IMAGES/base.tar" .
  rm -rf "$base"
  printf 'FROM scratch\nADD base.tar /\n' >"$IMAGES/Dockerfile"
  image_buildah bud -q --format docker --isolation chroot -t localhost/paddock-base -f "$IMAGES/Dockerfile" "$IMAGES" \
    >"$IMAGES/base.log" 2>&1 || { tail -n 5 "$IMAGES/base.log" && return 1; }
  rm -f "$IMAGES/base.tar"
  touch "$IMAGES/imported"
}

# What is in git or would be, and what may lie in a clone beside it: none of the latter belongs in an image.
image_context() {
  local context=$IMAGES/context
  rm -rf "$context"
  mkdir -p "$context/build" "$context/.git" "$context/ui/node_modules"
  (cd "$ROOT" && git ls-files -co --exclude-standard -z | xargs -0 tar -cf -) | tar -C "$context" -xf - || return
  tee "$context/build/left" "$context/.git/config" "$context/ui/node_modules/left" "$context/docker/config.yaml" \
    <"$IMAGES/canary" >/dev/null
}

# Where buildah keeps the folder that the builds mount for it.
image_cache() {
  local cache=$IMAGES/tmp/buildah-cache/root/.cache/ccache
  [[ -d $FRESH_CACHE ]] || return 0
  mkdir -p "$cache"
  cp -ru "$FRESH_CACHE/." "$cache/"
}

# What stays behind is the base and the layers that the next run can use, until too many have come together.
image_clean() {
  image_buildah rm --all >/dev/null 2>&1 || true
  [[ $(du -s --block-size=1G "$IMAGES/store" | cut -f1) -lt 20 ]] ||
    { image_buildah rmi --all --force >/dev/null 2>&1 && rm -f "$IMAGES/imported"; }
}

prepare_images() {
  mkdir -p "$IMAGES/tmp"
  [[ -s $IMAGES/canary ]] || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$IMAGES/canary"
  fetch_image_tools || return
  image_base || reason "no base for the images" || return
  image_context || reason "the sources could not be copied" || return
  image_cache
}

run_images() {
  local packages why report=$REPORTS/images.xml code=0
  mapfile -t packages < <(image_test_packages)
  install_packages "${packages[@]}"
  have buildah || die "no builder of images here: install buildah (Debian and Ubuntu: apt-get install buildah)"
  [[ $(id -u) -eq 0 ]] || die "images are built as root here: run scripts/test.sh images as root"
  why=$(prepare_images) || { note "$why" && count 0 1 0 && return; }
  rm -f "$report"
  PADDOCK_IMAGES=$IMAGES "$IMAGES/venv/bin/python" -m pytest -q -rA -p no:cacheprovider --junitxml "$report" \
    "$ROOT/tests/images" || code=$?
  image_clean
  count_junit "$report" "$code"
}
