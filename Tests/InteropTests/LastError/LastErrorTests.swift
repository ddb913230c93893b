import BGPResources
import FoundationEssentials
import KubeModel
import PlainText
import Planning
import SpeakerAPI
import TestSupport
import Testing

extension Interop {
    /// Every way in which a session fails, shown with a real router: what was seen, when, the likely cause and the fix.
    ///
    /// The table in `config/README.md` is the same; each of its reasons has a row here.
    @Suite struct LastErrorTests {
        @Test(arguments: FailureRow.dialling)
        func `the last error says why no connection is established`(row: FailureRow) async throws {
            try await check(row)
        }

        @Test(arguments: FailureRow.opening)
        func `the last error says why a session does not come up`(row: FailureRow) async throws {
            try await check(row)
        }

        @Test(arguments: FailureRow.ending)
        func `the last error says why a session ended`(row: FailureRow) async throws {
            try await check(row)
        }

        @Test(arguments: FailureRow.onTheNode)
        func `the last error says what on the node prevents a session`(row: FailureRow) async throws {
            try await check(row)
        }

        private func check(_ row: FailureRow) async throws {
            let start = Timestamp(Date())
            try await FailingSession.with(row) { session in
                let says = row.says
                guard !says.isOfInstance else {
                    let problem = try await eventually("the instance has the problem \(says.reason)") {
                        try await session.page().instances?.first { $0.reason == says.reason }?.problem
                    }
                    for part in [says.seen, says.cause, says.fix] where !problem.contains(part) {
                        Issue.record("\"\(part)\" is not in: \(problem)")
                    }
                    return
                }
                let error = try await eventually("the peer's last error is \(says.reason): \(says.seen)") {
                    try await session.page().peers.first?.status.lastError.flatMap {
                        $0.reason == says.reason && $0.message.contains(says.seen) ? $0 : nil
                    }
                }
                #expect(error.cause?.contains(says.cause) == true, "\(error)")
                #expect(error.fix?.contains(says.fix) == true, "\(error)")
                // The status has whole seconds.
                #expect(error.time.secondsSinceEpoch >= start.secondsSinceEpoch.rounded(.down))
                if let notification = says.notification {
                    #expect(FailureRow.Words.Notification(error) == notification, "\(error)")
                }
            }
        }
    }
}

extension FailureRow.Words.Notification {
    /// The NOTIFICATION that an error tells of, if it does.
    init?(_ error: SessionError) {
        guard let direction = error.direction, let code = error.code, let subcode = error.subcode else { return nil }
        self.init(direction: direction, code: code, subcode: subcode, text: error.text)
    }
}
