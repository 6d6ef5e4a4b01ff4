# SPDX-License-Identifier: Apache-2.0
"""What differs between the architectures of guests."""

import dataclasses

# X86_FEATURE_CX16 of arch/x86/include/asm/cpufeatures.h.
CX16 = 4 * 32 + 13


@dataclasses.dataclass(frozen=True)
class Architecture:
    """One that Debian has cloud kernels for."""

    # As Debian calls it, and what the table says of it.
    debian: str
    title: str
    # qemu's program, and what of its command is the architecture's own.
    emulator: str
    words: tuple[str, ...]
    console: str

    @property
    def flavour(self) -> str:
        return f"cloud-{self.debian}"


AMD64 = Architecture(
    debian="amd64",
    title="x86-64",
    emulator="qemu-system-x86_64",
    words=("-machine", "q35,memory-backend=memory", "-cpu", "max"),
    console="ttyS0",
)

ARM64 = Architecture(
    debian="arm64",
    title="arm64 (eBPF and C alone)",
    emulator="qemu-system-aarch64",
    words=(
        *("-machine", "virt,gic-version=3,memory-backend=memory"),
        # Emulated, the architecture's own way to sign pointers takes most of the time.
        *("-cpu", "max,pauth-impdef=on"),
    ),
    console="ttyAMA0",
)

ARCHITECTURES = {"x86-64": AMD64, "arm64": ARM64}
