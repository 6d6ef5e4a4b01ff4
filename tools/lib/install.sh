# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tools/install and tools/package share: the files and where they go. To be sourced after
# common.sh.
: "${root:?}" "${binary:?}"

# The release, which holds Swift's libraries, without what only debuggers read.
stripped=$root/.build/stripped/spoor
packages+=(python3)

# Each file by its mode and its place below the prefix.
# Arguments: zsh's folder of completions below share/, and more places there.
installed_files() {
  local zsh=$1
  shift
  printf '%s\n' \
    "755 bin/spoor" \
    "644 share/bash-completion/completions/spoor" \
    "644 share/fish/vendor_completions.d/spoor.fish" \
    "644 share/$zsh/_spoor" \
    "644 share/man/man1/spoor.1.gz" \
    "644 share/doc/spoor/copyright" \
    "${@/#/644 share/}"
}

# Builds spoor if it is stale.
build_stripped() {
  choose_builder
  install_packages
  build_if_stale
  [[ ! $stripped -nt $binary ]] || return 0
  as_builder mkdir -p "$(dirname "$stripped")"
  as_builder strip -o "$stripped.new" "$binary"
  as_builder mv "$stripped.new" "$stripped"
}

# A completion script: the argument parser's, and how the command after -- completes.
completions() {
  local shell=$1
  "$stripped" --generate-completion-script "$shell" |
    case $shell in
    # The end calls or registers, which comes after the addition.
    bash) grep -v -e '^complete ' -e '^#!' ;;
    zsh) sed '/^if \[\[ "\${funcstack\[1\]}" = _spoor \]\]; then$/,$d' ;;
    fish) cat ;;
    esac
  cat "$root/tools/packaging/command.$shell"
}

# The date of what is built, for those who read it: $SOURCE_DATE_EPOCH, or the last commit's.
source_date() {
  if [[ -z ${SOURCE_DATE_EPOCH:-} ]]; then
    SOURCE_DATE_EPOCH=$(as_builder git -C "$root" log -1 --format=%ct 2>/dev/null) ||
      SOURCE_DATE_EPOCH=$(stat -c %Y "$root/Package.swift")
  fi
  export SOURCE_DATE_EPOCH
}

# Lays out all files below a new folder.
# Arguments: the folder, and those of installed_files.
stage() {
  local folder=$1 mode place
  source_date
  while read -r mode place; do
    install -d "$folder/$(dirname "$place")"
    case $place in
    bin/spoor) cat "$stripped" ;;
    */bash-completion/*) completions bash ;;
    */_spoor) completions zsh ;;
    *.fish) completions fish ;;
    *.1.gz)
      python3 -B "$root/tools/packaging/manual.py" "$stripped" \
        "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" | gzip -9n
      ;;
    */copyright) cat "$root/tools/packaging/copyright" ;;
    */LICENSE) cat "$root/LICENSE" ;;
    */changelog.gz) changelog | gzip -9n ;;
    */lintian/overrides/spoor) lintian_overrides ;;
    esac >"$folder/$place"
    chmod "$mode" "$folder/$place"
  done < <(installed_files "${@:2}")
}
