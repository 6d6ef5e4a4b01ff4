# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tools/spoor and tools/test share. To be sourced by them, with root= the checkout.
: "${root:?}"

# The libraries spoor is built with, and what the Swift toolchain links with (crtbegin.o,
# libstdc++, ld) and fetches with.
packages=(
  libbpf-dev libelf-dev zlib1g-dev libsqlite3-dev libncurses-dev libvterm-dev
  gcc g++ libc6-dev binutils git ca-certificates
)
binary=$root/.build/release/spoor
stamp=$root/.build/spoor-release.stamp
# Where the programs of Tests/Conformance are compiled to, and as what all C is.
conformance=$root/.build/conformance
warnings=(-Wall -Wextra -Werror -std=gnu11)

say() {
  printf 'spoor: %s\n' "$*" >&2
}

# Exit status 2: bad input, or something missing here.
fail() {
  say "$*"
  exit 2
}

# Prints the comment at the beginning of the script that is run.
usage() {
  sed -n '3,/^set /{/^set /d; s/^# \{0,1\}//; p}' "$0"
}

# Prints those of the given packages that are not installed.
missing_packages() {
  local package
  for package; do
    # One line for each architecture it is installed for.
    # shellcheck disable=SC2016
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      printf '%s\n' "$package"
  done
}

# Installs what is missing of $packages; asks sudo only then.
install_packages() {
  # Elsewhere than on Debian the compiler tells what it does not find.
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
  local missing output
  mapfile -t missing < <(missing_packages "${packages[@]}")
  ((${#missing[@]} > 0)) || return 0
  local install=(env DEBIAN_FRONTEND=noninteractive
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}")
  local update=(apt-get update)
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "packages are missing and there is no sudo; as root: apt-get install ${missing[*]}"
    install=(sudo "${install[@]}")
    update=(sudo "${update[@]}")
  fi
  say "installing Debian packages: ${missing[*]}"
  # A fresh machine has no package lists yet.
  output=$("${install[@]}" 2>&1 || { "${update[@]}" && "${install[@]}"; } 2>&1) || {
    printf '%s\n' "$output" >&2
    fail "the packages could not be installed; try: apt-get install ${missing[*]}"
  }
}

# Runs a command as a user, by number, with that user's groups and home.
as_user() {
  local user=$1 entry gid home groups=--init-groups
  shift
  if entry=$(getent passwd "$user"); then
    IFS=: read -r _ _ _ gid _ home _ <<<"$entry"
  else
    gid=$(stat -c %g "$root") home=$root/.build groups=--clear-groups
  fi
  setpriv --reuid "$user" --regid "$gid" "$groups" env HOME="$home" "$@"
}

# Sets builder: the invoking user if the checkout is theirs to write, otherwise its owner.
# Root's only if the checkout is root's, so no file of root's comes into somebody's checkout.
choose_builder() {
  builder=$EUID
  ((EUID == 0)) || return 0
  builder=$(stat -c %u "$root")
  [[ -n ${SUDO_UID:-} ]] || return 0
  [[ $SUDO_UID =~ ^[0-9]+$ ]] || fail "SUDO_UID='$SUDO_UID' is not a user number; unset it"
  if ((SUDO_UID != 0)) && as_user "$SUDO_UID" test -w "$root"; then
    builder=$SUDO_UID
  fi
}

as_builder() {
  if ((builder == EUID)); then
    "$@"
  else
    as_user "$builder" "$@"
  fi
}

# The PATH of whoever called sudo, which replaces it (secure_path): sudo is an ancestor of
# this script and still has the environment it was started with.
path_before_sudo() {
  local process=$PPID
  while ((process > 1)); do
    if [[ $(<"/proc/$process/comm") == sudo ]]; then
      tr '\0' '\n' <"/proc/$process/environ" | sed -n 's/^PATH=//p'
      return
    fi
    process=$(sed -n 's/^PPid:\t//p' "/proc/$process/status")
  done
}

# Sets swift and its folder, toolchain: $SPOOR_SWIFT, or by PATH, or by the PATH from before
# sudo unless root would run it.
find_swift() {
  swift=${SPOOR_SWIFT:-$(type -P swift || true)}
  if [[ -z $swift && -n ${SUDO_UID:-} ]] && ((builder != 0)); then
    swift=$(PATH=$(path_before_sudo) type -P swift || true)
  fi
  [[ -x $swift ]] || fail "no swift command in PATH; install Swift 6.2 or later from" \
    "https://www.swift.org/install, or name the command in SPOOR_SWIFT"
  toolchain=$(dirname "$swift")
}

# An up-to-date `swift build` takes seconds; this takes milliseconds.
is_stale() {
  [[ ! -x $binary || ! -f $stamp ]] || [[ -n $(
    cd "$root" && find Package.swift Sources bpf tools/CompileBPF -newer "$stamp" -print -quit
  ) ]]
}

# swift build with these options, silent unless it fails. What runs as root looks for no library
# beside itself.
build() {
  local output
  # In PATH for the build only: a target is to get the PATH that was given.
  output=$(cd "$root" && as_builder env PATH="$toolchain:$PATH" \
    "$swift" build -c release --disable-local-rpath "$@" 2>&1) || {
    printf '%s\n' "$output" >&2
    fail "the build failed; see above"
  }
}

# Builds the release of spoor if its sources changed since the last one.
build_if_stale() {
  is_stale || return 0
  find_swift
  say "building spoor (release)…"
  as_builder mkdir -p "$root/.build"
  # From before the build, so that what is edited meanwhile counts as newer.
  as_builder touch "$stamp.new"
  build --product spoor
  as_builder mv "$stamp.new" "$stamp"
}

# Compiles a program that prints its own true counts.
compile_program() {
  as_builder cc -O1 -g "${warnings[@]}" -pthread "$1" -o "$conformance/$(basename "$1" .c)"
}
