// SPDX-License-Identifier: Apache-2.0

/// Paths in order, their texts in one piece: three arrays for each of 100,000 would take three
/// times the memory.
public struct PathList: RandomAccessCollection, ExpressibleByArrayLiteral, Equatable, Sendable {
  /// Where a path's texts are: one behind the other from `start` on, what is there of them.
  private struct Row: Equatable {
    var start: UInt32
    var given: UInt32
    var absolute: Text
    var opened: Text
    var resolution: PathResolution
  }

  private struct Text: Equatable {
    /// Of its own, or one of those below: four bytes instead of eight.
    var length: UInt32

    static let none = Text(length: .max)
    /// The same as given, which most absolute paths are, and kept once.
    static let given = Text(length: .max - 1)
  }

  private var rows: [Row] = []
  private var texts: [UInt8] = []

  public init() {}

  public init(_ paths: some Sequence<LookedUpPath>) {
    for path in paths { append(path) }
  }

  public init(arrayLiteral paths: LookedUpPath...) {
    self.init(paths)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }

  public subscript(place: Int) -> LookedUpPath {
    let row = rows[place]
    var end = Int(row.start) + Int(row.given)
    let given = Array(texts[Int(row.start)..<end])
    func text(_ text: Text) -> [UInt8]? {
      switch text {
      case .none: return nil
      case .given: return given
      default:
        defer { end += Int(text.length) }
        return Array(texts[end..<end + Int(text.length)])
      }
    }
    let absolute = text(row.absolute)
    return LookedUpPath(
      given: given, absolute: absolute, resolution: row.resolution, opened: text(row.opened))
  }

  public mutating func append(_ path: LookedUpPath) {
    path.given.withUnsafeBytes { given in
      Self.withOptionalBytes(path.absolute) { absolute in
        Self.withOptionalBytes(path.opened) { opened in
          append(given: given, absolute: absolute, resolution: path.resolution, opened: opened)
        }
      }
    }
  }

  mutating func append(
    given: UnsafeRawBufferPointer, absolute: UnsafeRawBufferPointer?, resolution: PathResolution,
    opened: UnsafeRawBufferPointer?
  ) {
    let start = UInt32(texts.count)
    texts.append(contentsOf: given)
    let absolute = append(absolute, beside: given)
    rows.append(
      Row(
        start: start, given: UInt32(given.count), absolute: absolute,
        opened: append(opened, beside: given), resolution: resolution))
  }

  private mutating func append(
    _ text: UnsafeRawBufferPointer?, beside given: UnsafeRawBufferPointer
  ) -> Text {
    guard let text else { return .none }
    guard !text.elementsEqual(given) else { return .given }
    texts.append(contentsOf: text)
    return Text(length: UInt32(text.count))
  }

  private static func withOptionalBytes(
    _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Void
  ) {
    guard let bytes else { return body(nil) }
    bytes.withUnsafeBytes(body)
  }

  mutating func reserve(paths: Int, bytes: Int) {
    rows.reserveCapacity(paths)
    texts.reserveCapacity(bytes)
  }

  public static func += (list: inout PathList, more: some Sequence<LookedUpPath>) {
    for path in more { list.append(path) }
  }
}
