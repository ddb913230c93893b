package import KubeJSON
package import KubeModel
import PlainText

/// What is known of one reason: a row of the public table of reasons.
///
/// Every reason is a case of an enum by subject, and its row is written in one place, the `row` of that enum. There is no
/// `default:`, so a reason without words does not compile.
package struct ReasonRow: Sendable {
    /// What a reason does to the verdict.
    package enum Effect: String, Hashable, Sendable, Codable {
        /// Argues for announcing.
        case supports = "Supports"
        /// Alone enough to withhold the route.
        case prevents = "Prevents"
        /// Explains something else about the route.
        case informs = "Informs"
    }

    /// The stable word.
    package let code: ReasonCode
    /// What the reason does to the verdict.
    package let effect: Effect
    fileprivate let object: ObjectReference?
    fileprivate let field: FieldPath?
    fileprivate let message: String
    fileprivate let fix: String?

    /// Makes rows, and of each only the part that is asked for: thousands of reasons are compared for every one that is read.
    package struct Builder {
        fileprivate enum Part { case code, object, field, message, fix }
        fileprivate let part: Part

        /// A row; `message` and `fix` are sentences without a full stop, `fix` nil where there is nothing to change.
        package func callAsFunction(
            _ code: ReasonCode,
            _ effect: Effect,
            object: @autoclosure () -> ObjectReference?,
            field: @autoclosure () -> FieldPath?,
            message: @autoclosure () -> String,
            fix: @autoclosure () -> String?
        ) -> ReasonRow {
            ReasonRow(
                code: code,
                effect: effect,
                object: part == .object ? object() : nil,
                field: part == .field ? field() : nil,
                message: part == .message ? message() : "",
                fix: part == .fix ? fix() : nil
            )
        }
    }
}

/// Something that has a row: a reason, or all reasons of one subject.
package protocol Reasoned: Hashable, Sendable {
    /// The row of each case.
    func row(_ row: ReasonRow.Builder) -> ReasonRow
}

extension Reasoned {
    /// The stable word that conditions, events, metric labels, logs and `explain` show.
    package var code: ReasonCode { row(ReasonRow.Builder(part: .code)).code }

    /// What the reason does to the verdict.
    package var effect: ReasonRow.Effect { row(ReasonRow.Builder(part: .code)).effect }

    /// The object whose content the reason comes from.
    package var object: ObjectReference? { row(ReasonRow.Builder(part: .object)).object }

    /// The field of `object` that decides.
    package var field: FieldPath? { row(ReasonRow.Builder(part: .field)).field }

    /// The reason as one sentence without a full stop, fit to be stored (`String.asMessage`).
    package var message: String { row(ReasonRow.Builder(part: .message)).message.asMessage }

    /// What would change the verdict, as one sentence without a full stop, fit to be stored; nil where there is nothing to
    /// change.
    package var fix: String? { row(ReasonRow.Builder(part: .fix)).fix?.asMessage }
}
