// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Compiles bpf/ into one object and embeds it: a Swift source with the object in base64.
@main
struct CompileBPF: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL
    let script = root.appending(path: "tools/CompileBPF/compile-bpf.sh")
    let programs = root.appending(path: "bpf")
    let abi = root.appending(path: "Sources/CSpoorABI/include")
    let output = context.pluginWorkDirectoryURL.appending(path: "SpoorObject.swift")
    return [
      .buildCommand(
        displayName: "Compiling the eBPF programs",
        executable: URL(filePath: "/bin/sh"),
        arguments: [
          script.path, try context.tool(named: "clang").url.path,
          programs.path, abi.path, output.path,
        ],
        inputFiles: [script] + (try sources(in: programs)) + (try sources(in: abi)),
        outputFiles: [output]
      )
    ]
  }

  /// Every C source and header of a folder, so that a change of any rebuilds the object.
  private func sources(in folder: URL) throws -> [URL] {
    try FileManager.default
      .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { ["c", "h"].contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
  }
}
