// SPDX-License-Identifier: Apache-2.0

/// A section of a settings file, named after the finding that it is about.
struct SettingsSection {
  struct Field {
    enum Place {
      case number(WritableKeyPath<FindingSettings, Double>)
      case count(WritableKeyPath<FindingSettings, Int>)
    }

    let key: String
    let place: Place
    /// With its unit.
    let about: String

    init(
      _ key: String, _ place: WritableKeyPath<FindingSettings, Double>, _ about: String
    ) {
      self.key = key
      self.place = .number(place)
      self.about = about
    }

    init(_ key: String, _ place: WritableKeyPath<FindingSettings, Int>, _ about: String) {
      self.key = key
      self.place = .count(place)
      self.about = about
    }
  }

  let key: String
  let fields: [Field]

  init(_ key: String, _ fields: [Field]) {
    self.key = key
    self.fields = fields
  }

  init(_ kind: Finding.Kind, _ fields: [Field]) {
    self.init(kind.rawValue, fields)
  }
}

extension SettingsSection {
  /// All that a settings file may hold, in the order of `FindingSettings`.
  static var all: [SettingsSection] {
    [
      SettingsSection(
        "phases",
        [
          Field("start-up-seconds", \.phases.startUpSeconds, "a process's first seconds"),
          Field(
            "idle-after-seconds", \.phases.idleAfterSeconds,
            "seconds without a key, after which a raw terminal is idle"),
        ]),
      SettingsSection(
        .ttyOutput,
        [
          Field("idle-bytes-per-second", \.ttyOutput.idleBytesPerSecond, "more than, while idle"),
          Field("idle-seconds", \.ttyOutput.idleSeconds, "for so long"),
          Field("bytes-per-second", \.ttyOutput.bytesPerSecond, "more than, in any phase"),
          Field("seconds", \.ttyOutput.seconds, "for so long"),
        ]),
      SettingsSection(
        .repaint,
        [
          Field("clears-percent", \.repaint.clearsPercent, "% of the frames with a full clear"),
          Field("frames", \.repaint.frames, "frames that there must be"),
        ]),
      SettingsSection(
        .frameRate,
        [
          Field("idle-frames-per-second", \.frameRate.idleFramesPerSecond, "more than, while idle"),
          Field("frames-per-second", \.frameRate.framesPerSecond, "more than, in any phase"),
          Field("seconds", \.frameRate.seconds, "for so long"),
        ]),
      SettingsSection(
        .hotPath,
        [
          Field("lookups-per-second", \.hotPath.lookupsPerSecond, "of one path by one process"),
          Field("seconds", \.hotPath.seconds, "for so long"),
          Field("percent", \.hotPath.percent, "and % of all its lookups, unless idle"),
          Field(
            "typed-lookups-per-second", \.hotPath.typedLookupsPerSecond,
            "where somebody types meanwhile"),
          Field("lookups-per-frame", \.hotPath.lookupsPerFrame, "or so many for each frame drawn"),
          Field("frames", \.hotPath.frames, "frames that there must be for it"),
          Field(
            "frame-lookups-per-second", \.hotPath.frameLookupsPerSecond, "and so many a second"),
          Field(
            "pseudo-lookups-per-second", \.hotPath.pseudoLookupsPerSecond,
            "at least, below /proc and /sys"),
        ]),
      SettingsSection(
        .idleLookups,
        [
          Field("notice-per-second", \.idleLookups.noticePerSecond, "lookups while idle: notice"),
          Field(
            "warning-per-second", \.idleLookups.warningPerSecond, "lookups while idle: warning"),
          Field("seconds", \.idleLookups.seconds, "for so long"),
        ]),
      SettingsSection(
        .failingLookups,
        [
          Field("failed-per-second", \.failingLookups.failedPerSecond, "lookups that fail"),
          Field("failed-percent", \.failingLookups.failedPercent, "and % of all lookups"),
          Field("seconds", \.failingLookups.seconds, "for so long, after start-up"),
          Field(
            "one-path-per-second", \.failingLookups.onePathPerSecond, "or failures of one path"),
          Field("one-path-seconds", \.failingLookups.onePathSeconds, "for so long"),
        ]),
      SettingsSection(
        .execStorm,
        [
          Field("idle-spawns-per-second", \.execStorm.idleSpawnsPerSecond, "children while idle"),
          Field("idle-seconds", \.execStorm.idleSeconds, "for so long"),
          Field("spawns-per-second", \.execStorm.spawnsPerSecond, "children in any phase"),
          Field("seconds", \.execStorm.seconds, "for so long"),
        ]),
      SettingsSection(
        .unreaped,
        [
          Field("age-seconds", \.unreaped.ageSeconds, "seconds that any one zombie is there"),
          Field("zombies", \.unreaped.zombies, "or zombies at once"),
          Field("notice-age-seconds", \.unreaped.noticeAgeSeconds, "seconds for a notice"),
          Field("notice-zombies", \.unreaped.noticeZombies, "zombies that old for a notice"),
        ]),
      SettingsSection(
        .leakedChildren,
        [
          Field("alive", \.leakedChildren.alive, "children of one spawner and one command"),
          Field("oldest-seconds", \.leakedChildren.oldestSeconds, "seconds that the oldest lives"),
        ]),
      SettingsSection(
        .orphan,
        [
          Field("seconds", \.orphan.seconds, "alive after its parent or terminal was gone"),
          Field(
            "critical-cpu-percent", \.orphan.criticalCPUPercent,
            "% of a core, above which it is critical"),
        ]),
      SettingsSection(
        .ptyLeak,
        [
          Field("masters", \.ptyLeak.masters, "masters whose slave is closed"),
          Field("limit-percent", \.ptyLeak.limitPercent, "or masters, % of kernel.pty.max"),
          Field("cycles", \.ptyLeak.cycles, "or spawns, each with one more master"),
        ]),
      SettingsSection(
        .descriptorGrowth,
        [
          Field(
            "limit-percent", \.descriptorGrowth.limitPercent,
            "% of RLIMIT_NOFILE, or of a user's inotify limits"),
          Field("passes", \.descriptorGrowth.passes, "or passes over which a class only grows"),
          Field("growth", \.descriptorGrowth.growth, "by so many descriptors"),
        ]),
      SettingsSection(
        .spin,
        [
          Field("cpu-percent", \.spin.cpuPercent, "% of a core, while idle"),
          Field("seconds", \.spin.seconds, "for so long"),
          Field("failed-writes-per-second", \.spin.failedWritesPerSecond, "to terminals"),
          Field("failed-writes-seconds", \.spin.failedWritesSeconds, "for so long"),
        ]),
      SettingsSection(
        "diff",
        [
          Field("p", \.diff.p, "below it, a difference is not put down to chance"),
          Field("ratio", \.diff.ratio, "of the medians, at least"),
          Field("lookups-per-second", \.diff.lookupsPerSecond, "and a change, at least"),
          Field("bytes-per-second", \.diff.bytesPerSecond, "to terminals"),
          Field("frames-per-second", \.diff.framesPerSecond, "drawn"),
          Field("bytes-per-frame", \.diff.bytesPerFrame, "on average"),
          Field("spawns-per-second", \.diff.spawnsPerSecond, "children started"),
          Field("cpu-percent", \.diff.cpuPercent, "% of a core"),
          Field("processes", \.diff.processes, "zombies, survivors or pty masters"),
          Field("descriptors", \.diff.descriptors, "of one class"),
        ]),
    ]
  }
}
