// SPDX-License-Identifier: Apache-2.0

import Launcher
import Recording

/// What a hunt has from the command line and from spoor.
package struct HuntContext {
  package var scenario: Scenario
  package var versions: [Version]
  /// `spoor record` with what it is to record in each run.
  package var recorder: [String]
  /// Who the target is, and whose everything else.
  package var user: InvokingUser
  package var inherited: InheritedState
  /// Gives the moment a name in the recording that this process makes.
  package var mark: (_ name: String, _ recorder: Int32) throws -> Void
  package var interrupt: Interrupt

  package init(
    scenario: Scenario, versions: [Version], recorder: [String], user: InvokingUser,
    inherited: InheritedState, interrupt: Interrupt,
    mark: @escaping (_ name: String, _ recorder: Int32) throws -> Void
  ) {
    self.scenario = scenario
    self.versions = versions
    self.recorder = recorder
    self.user = user
    self.inherited = inherited
    self.interrupt = interrupt
    self.mark = mark
  }

  package var owner: FileOwner { user.fileOwner }
}

extension InvokingUser {
  /// Whose everything is that is kept.
  package var fileOwner: FileOwner {
    isSwitched
      ? FileOwner(userID: userID, groupID: groupID, supplementaryGroupIDs: groups) : .current
  }
}
