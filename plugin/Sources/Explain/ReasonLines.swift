import Inspection
import PlainText
import Planning

/// One reason in one to three lines: what, where, and what would change it.
struct ReasonLines {
    let reason: ExplainedReason
    let about: [String]

    init(_ reason: ExplainedReason, about: [String]) {
        self.reason = reason
        self.about = about
    }

    func lines(_ palette: Palette) -> [String] {
        let (mark, tone): (String, Tone) =
            switch reason.effect {
            case .supports: ("+", .good)
            case .prevents: ("-", .bad)
            case .informs: ("i", .quiet)
            }
        let subject = about.isEmpty ? "" : " (\(about.joined(separator: ", ")))"
        var lines = [palette.paint("\(mark) \(reason.code)", tone) + "\(subject): \(reason.message)".onOneLine]
        guard reason.effect == .prevents else { return lines }
        let place = [reason.object, reason.field].compactMap(\.self).joined(separator: ", ")
        if !place.isEmpty { lines.append("    at \(place)".onOneLine) }
        if let fix = reason.fix { lines.append("    fix: \(fix)".onOneLine) }
        return lines
    }
}
