// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import FoundationEssentials
import Recording

extension ReportDocument {
  /// Tells a whole recording.
  ///
  /// - Parameter judgement: of the same recording.
  public init(_ run: RecordedRun, judgement: Judgement) {
    let ranked = RankedRun(run)
    recording = Recording(run)
    findings = judgement.findings.map { finding in
      let culprit = run.processes.first { $0.key == finding.process }
      let name = ProcessName(culprit ?? TracedProcess(key: finding.process))
      return FindingRow(finding, name: name.title, in: run)
    }
    phases = judgement.phases.map { Phase($0, in: run) }
    processes = ranked.processes.map { Process($0, in: ranked) }
    let keys = ranked.tellingOrder
    paths = keys.flatMap { ranked.rankedLookups(of: $0) }.map { Path($0, in: ranked) }
    childrenByCommand = ranked.childrenByCommand.map {
      CommandChildren($0, intervals: ranked.intervals)
    }
    ttys = keys.flatMap { ranked.terminals[$0] ?? [] }.map { TTY($0, in: ranked) }
    ptyMasters = ranked.masters.map { PTYMasterRow($0, in: ranked) }
    kernelMemory = run.kernelMemory.map(KernelMemory.init)
  }
}

extension RankedRun {
  /// Every process that has a row anywhere: the known ones as ranked, then any others.
  var tellingOrder: [ProcessKey] {
    let known = processes.map(\.key)
    let others = Set(lookers).union(terminals.keys).subtracting(known)
    return known
      + others.sorted { ($0.startTime, $0.processID) < ($1.startTime, $1.processID) }
  }
}

extension ReportDocument.Recording {
  fileprivate init(_ run: RecordedRun) {
    started = run.header.started.formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    durationSeconds = Double(run.duration) / 1e9
    kernel = run.header.kernel
    command = run.header.command
    intervalSeconds = Double(run.header.intervalLength) / 1e9
    frameGapSeconds = Double(run.header.frameGap) / 1e9
    finished = run.isFinished
    loss = ReportDocument.Loss(
      complete: run.loss.isComplete, observed: run.loss.observed, delivered: run.loss.delivered,
      dropped: run.loss.dropped,
      byKind: run.loss.kinds.mapValues {
        ReportDocument.Records(
          observed: $0.observed, delivered: $0.delivered, dropped: $0.dropped)
      },
      gaps: run.gaps.map {
        ReportDocument.Gap(
          startSeconds: Double(run.sinceStart($0.start)) / 1e9,
          endSeconds: Double(run.sinceStart($0.end)) / 1e9,
          dropped: $0.dropped)
      },
      notes: run.loss.notes)
    threadCensus = ReportDocument.ThreadCensus(run.threadCensus)
    unseen = run.header.unseen
    overhead = run.overhead.map { ReportDocument.Overhead($0) }
    census = ReportDocument.Census(run.descriptors)
    ptys = ReportDocument.PTYs(run.descriptors)
    inotifyUsers = run.descriptors.inotifyUsers.map {
      ReportDocument.InotifyUser($0, limits: run.descriptors.passes.last?.inotifyLimits)
    }
  }
}

extension ReportDocument.Process {
  fileprivate init(_ process: TracedProcess, in run: RankedRun) {
    self.init(
      pid: process.key.processID,
      startTimeNs: process.key.startTime,
      exe: JSONText.decode(process.executable),
      argv: ForeignText.arguments(process.arguments).map { JSONText.decode($0) },
      argvTruncated: process.argumentsTruncated,
      comm: JSONText.decode(process.comm),
      namespacePid: process.namespaceID == 0 ? nil : process.namespaceID,
      parentPid: process.presentParent?.processID,
      parentStartTimeNs: process.presentParent?.startTime,
      spawnerPid: process.spawner?.processID,
      spawnerStartTimeNs: process.spawner?.startTime,
      spawnerKnown: process.spawner != nil && !process.isSpawnerAssumed,
      uid: process.userID,
      state: process.state,
      exit: process.exit.map(ReportDocument.Exit.init),
      reaped: process.isReaped,
      reapedBy: process.reapedBy?.rawValue,
      reaperPid: process.reaper?.processID,
      tracerPid: process.tracer?.processID,
      zombieSeconds: run.zombieSeconds(process),
      lookups: ReportDocument.Lookups(process, in: run),
      ttyBytes: ReportDocument.TTYBytes(output: process.outputBytes, input: process.inputBytes),
      ttyWrites: process.terminalWrites,
      ttyWritesFailed: process.failedTerminalWrites,
      children: ReportDocument.Children(process, in: run),
      adopted: run.adopted[process.key] ?? ReportDocument.Adopted(alive: 0, zombies: 0),
      cpuSeconds: Double(process.cpuTime) / 1e9,
      rssBytes: process.residentBytes,
      peakRssBytes: process.peakResidentBytes,
      descriptors: process.descriptors?.last.byClass,
      descriptorsFirst: process.descriptors?.first.byClass,
      descriptorsPeak: process.descriptors?.peak.byClass,
      descriptorLimit: process.descriptors?.limit,
      repeatedPath: process.descriptors.flatMap(ReportDocument.RepeatedPath.init),
      ptyMasters: process.descriptors.map(ReportDocument.Masters.init),
      inotify: process.descriptors.map(ReportDocument.Inotify.init))
  }
}

extension ReportDocument.Exit {
  fileprivate init(_ status: ExitStatus) {
    self.init(code: status.code, signal: status.signal, dumpedCore: status.dumpedCore)
  }
}

extension ReportDocument.Children {
  fileprivate init(_ process: TracedProcess, in run: RankedRun) {
    let counts = process.children
    self.init(
      spawned: counts.spawned, alive: counts.alive, zombies: counts.zombies,
      reaped: counts.reaped, zombiesPeak: process.zombiePeak,
      oldestZombieSeconds: run.oldestZombieSeconds[process.key],
      everWaited: process.hasWaited || run.reapers.contains(process.key))
  }
}

extension ReportDocument.Lookups {
  fileprivate init(_ process: TracedProcess, in run: RankedRun) {
    var byErrno: [String: UInt64] = [:]
    for row in run.lookups(of: process.key) {
      byErrno.merge(row.namedErrors, uniquingKeysWith: UInt64.saturating)
    }
    self.init(
      total: process.lookups, failed: process.failedLookups,
      perSecond: run.perSecond(process.lookups), byOperation: process.lookupsByOperation,
      byErrno: byErrno)
  }
}

extension PathLookups {
  /// Failed lookups by errno's name.
  var namedErrors: [String: UInt64] {
    Dictionary(byErrno.map { (ErrnoName.of($0), $1) }, uniquingKeysWith: UInt64.saturating)
  }
}

extension ReportDocument.Path {
  fileprivate init(_ row: PathLookups, in run: RankedRun) {
    self.init(
      pid: row.process.processID, startTimeNs: row.process.startTime,
      path: JSONText.decode(row.path), absolutePath: row.absolute.map { JSONText.decode($0) },
      resolution: row.resolution.name, openedPath: row.opened.map { JSONText.decode($0) },
      operation: row.operation, count: row.count,
      failed: row.failed, perSecond: run.perSecond(row.count), byErrno: row.namedErrors,
      perFrame: run.perFrame(row))
  }
}

extension ReportDocument.TTY {
  fileprivate init(_ row: TerminalWrites, in run: RankedRun) {
    let frames = row.direction == .output ? row.frames : nil
    self.init(
      pid: row.process.processID, startTimeNs: row.process.startTime, tty: row.terminal.name,
      ttyInstance: row.terminal.instance, direction: row.direction.name, bytes: row.bytes,
      writes: row.writes, failed: row.failed, frames: frames?.count,
      framesPerSecond: frames.flatMap { run.perSecond($0.count) },
      bytesPerFrameP50: frames?.percentile(50), bytesPerFrameP95: frames?.percentile(95),
      bytesPerFrameMax: frames?.largest, frameSource: frames.map { _ in row.frameSource },
      inspectedBytes: row.inspected?.bytes, fullClears: row.inspected?.fullClears,
      cursorMoves: row.inspected?.cursorMoves, graphemeClusters: row.inspected?.graphemeClusters)
  }
}
