#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compile-bpf.sh CLANG PROGRAMS ABI OUTPUT: the eBPF object as a Swift source, for this machine
# or for SPOOR_BPF_ARCH.
set -eu
clang=$1 programs=$2 abi=$3 output=$4

machine=${SPOOR_BPF_ARCH:-$(uname -m)}
case $machine in
x86_64) arch=x86 ;;
aarch64) arch=arm64 ;;
*) echo "error: spoor knows the system calls of x86_64 and aarch64, not of $machine" >&2; exit 1 ;;
esac

object=$output.o
# Line information of the sources stays readable in a verifier log: no absolute paths.
# BPF_PROG of libbpf leaves a parameter unused in each program.
"$clang" -target bpf -mcpu=v3 -O2 -g -D__TARGET_ARCH_$arch \
	-Wall -Wextra -Werror -Wno-unused-parameter \
	-fdebug-compilation-dir=. -ffile-prefix-map="$programs"=bpf \
	-I "$abi" -I "$programs" -c "$programs/spoor.bpf.c" -o "$object"
# DWARF is for debuggers; libbpf needs only BTF, which stays, and relocates none of BTF.ext.
strip=$(dirname "$clang")/llvm-objcopy
[ -x "$strip" ] && "$strip" --strip-debug --remove-section=.rel.BTF.ext "$object"

{
	echo "// Generated from bpf/ by tools/CompileBPF."
	echo "enum SpoorObject {"
	printf '  static let base64 = "'
	base64 -w 0 <"$object"
	echo '"'
	echo "}"
} >"$output.new"
mv "$output.new" "$output"
