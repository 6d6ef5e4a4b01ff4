// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

// A release of spoor holds Swift's libraries: a start has less to find, to bind and to map, and the
// program outlives the toolchain.
let withSwift = ["-static-stdlib"]
// Its addresses are listed as a bitmap, which lld alone can do, and nobody binds to its names.
let compact = [
  "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker",
  "--no-export-dynamic",
]

let package = Package(
  name: "spoor",
  products: [.executable(name: "spoor", targets: ["spoor"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // What the eBPF programs and Swift say to each other.
    .target(name: "CSpoorABI"),
    .systemLibrary(
      name: "CLibBPF",
      providers: [.apt(["libbpf-dev", "libelf-dev", "zlib1g-dev"])]
    ),
    // Linux interfaces that Swift's Glibc module leaves out.
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(name: "CVTerm", pkgConfig: "vterm", providers: [.apt(["libvterm-dev"])]),

    // One way through: Probe -> Events -> Attribution -> Findings, Recording -> Comparison -> Reports.
    .target(
      name: "Probe",
      dependencies: ["CSpoorABI", "CLauncher", "CLibBPF", "CLinux"],
      swiftSettings: strict,
      plugins: ["CompileBPF"]
    ),
    .target(name: "Events", dependencies: ["CSpoorABI"], swiftSettings: strict),
    .target(name: "Attribution", dependencies: ["Events"], swiftSettings: strict),
    // The YAML that a person writes, with errors that name the line.
    .target(
      name: "Settings",
      dependencies: ["Attribution", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict
    ),
    .target(
      name: "Findings",
      dependencies: [
        "Events", "Attribution", "Settings", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Recording",
      dependencies: [
        "CLinux", "Events", "Attribution", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Comparison",
      dependencies: [
        "Events", "Attribution", "Settings", "Findings", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Reports",
      dependencies: ["Events", "Attribution", "Findings", "Recording", "Comparison"],
      resources: [.embedInCode("Schema/spoor.report.1.schema.json")],
      swiftSettings: strict
    ),

    // spoor top: model in, screen out.
    .target(
      name: "TerminalUI",
      dependencies: ["CLinux", "CNcurses", "Events", "Attribution", "Findings", "Reports"],
      swiftSettings: strict
    ),

    // Starts a target as the right user, in a pty if that is wanted; and processes beside spoor, which
    // do what it may not, or cannot any more.
    .target(name: "CLauncher"),
    .target(
      name: "Launcher", dependencies: ["CLauncher", "CLinux"], swiftSettings: strict),

    // Runs versions of a program in a terminal, as a scenario says.
    .target(
      name: "Hunt",
      dependencies: [
        "CLinux", "CVTerm", "Attribution", "Launcher", "Recording", "Settings",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict
    ),

    // The verbs.
    .target(
      name: "SpoorCommands",
      dependencies: [
        "Probe", "Events", "Attribution", "Findings", "Recording", "Comparison", "Reports",
        "TerminalUI", "CLauncher", "Launcher", "Hunt", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "spoor", dependencies: ["SpoorCommands"],
      swiftSettings: strict + [.unsafeFlags(withSwift, .when(configuration: .release))],
      linkerSettings: [.unsafeFlags(withSwift + compact, .when(configuration: .release))]),

    // tools/replay-bench: what an event costs from the ring's bytes to the ledger.
    .target(name: "CAllocationCounter", path: "tools/ReplayBench/CAllocationCounter"),
    .executableTarget(
      name: "ReplayBench",
      dependencies: [
        "CAllocationCounter", "CSpoorABI", "Probe", "Events", "Attribution",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "tools/ReplayBench",
      exclude: ["CAllocationCounter"],
      swiftSettings: strict
    ),

    .plugin(name: "CompileBPF", capability: .buildTool(), path: "tools/CompileBPF"),

    .testTarget(name: "ProbeTests", dependencies: ["CLibBPF", "Probe"], swiftSettings: strict),
    .testTarget(name: "ABITests", dependencies: ["CSpoorABI"], swiftSettings: strict),
    .testTarget(
      name: "AttributionTests",
      dependencies: ["CAllocationCounter", "CSpoorABI", "Events", "Attribution"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "FindingsTests", dependencies: ["Events", "Attribution", "Findings", "Settings"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "RecordingTests",
      dependencies: [
        "Events", "Attribution", "Recording", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ComparisonTests",
      dependencies: ["Events", "Attribution", "Settings", "Findings", "Comparison"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Events", "Attribution", "Findings", "Recording", "Comparison", "Reports",
      ],
      exclude: ["Snapshots"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "TerminalUITests",
      dependencies: ["Events", "Attribution", "Findings", "Reports", "TerminalUI"],
      exclude: ["Snapshots"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LauncherTests", dependencies: ["CLauncher", "CLinux", "Launcher"],
      swiftSettings: strict),
    .testTarget(
      name: "HuntTests", dependencies: ["Comparison", "Hunt", "Launcher", "Settings"],
      swiftSettings: strict),
    // What hostile input may do to all that reads it, for tests and for tools/fuzz.
    .target(
      name: "Robustness",
      dependencies: [
        "CSpoorABI", "Events", "Attribution", "Settings", "Findings", "Recording", "Comparison",
        "Reports", "TerminalUI", "Hunt", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Tests/Robustness",
      swiftSettings: strict
    ),
    .testTarget(
      name: "RobustnessTests",
      dependencies: ["Robustness", "Comparison", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    // Runs the built spoor on real programs: as root, or not at all.
    .testTarget(
      name: "LiveTests",
      dependencies: ["CSpoorABI", "Hunt", "Probe"],
      exclude: ["verifier-instructions.txt"],
      swiftSettings: strict
    ),
  ],
  cLanguageStandard: .c11
)

// libFuzzer brings its own main function and coverage, so this is built apart: tools/fuzz.
if Context.environment["SPOOR_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["Robustness"], path: "Tests/Fuzz", exclude: ["Corpus"],
      swiftSettings: strict))
}
