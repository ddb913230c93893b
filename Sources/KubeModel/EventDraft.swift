import PlainText

/// What an event is to say about an object; who says so, and when, is added when it is written.
package struct EventDraft: Hashable, Sendable {
    package var level: Event.Level
    /// Why, in CamelCase.
    package var reason: ReasonCode
    /// What was done, in CamelCase.
    package var action: String
    package var regarding: Event.Subject
    /// For a person.
    package let note: String

    /// `note` is made fit to be stored (`String.asMessage`), wherever its words come from.
    package init(level: Event.Level, reason: ReasonCode, action: String, regarding: Event.Subject, note: String) {
        self.level = level
        self.reason = reason
        self.action = action
        self.regarding = regarding
        self.note = note.asMessage
    }
}
