import PlainText

/// Selects objects by label (meta/v1 LabelSelector).
///
/// Empty selects everything; what an absent one means is
/// said by the field that holds it.
package struct LabelSelector: Hashable, Sendable, Codable {
    /// Labels that must all be present with these values.
    package var matchLabels: [String: String]?
    /// Requirements that must all hold.
    package var matchExpressions: [Requirement]?

    /// Makes a selector; without arguments it selects everything.
    package init(matchLabels: [String: String]? = nil, matchExpressions: [Requirement]? = nil) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }

    /// One requirement on one key (meta/v1 LabelSelectorRequirement).
    package struct Requirement: Hashable, Sendable, Codable {
        /// The label key.
        package var key: String
        /// How key and values relate.
        package var `operator`: Operator
        /// The values; present with `In` and `NotIn` only.
        package var values: [String]?

        /// Makes a requirement; nothing is checked.
        package init(key: String, operator: Operator, values: [String]? = nil) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }

        /// Whether the labels satisfy the requirement.
        package func matches(_ labels: [String: String]) -> Bool { matches { labels[$0] } }

        /// Whether labels that are found by key satisfy the requirement.
        package func matches(_ label: (String) -> String?) -> Bool {
            switch `operator` {
            case .in: label(key).map { (values ?? []).contains($0) } ?? false
            // An absent key satisfies NotIn, as in Kubernetes.
            case .notIn: label(key).map { !(values ?? []).contains($0) } ?? true
            case .exists: label(key) != nil
            case .doesNotExist: label(key) == nil
            }
        }
    }

    /// The operators of a requirement.
    package enum Operator: String, ListedValue {
        case `in` = "In"
        case notIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
    }

    /// Whether an object with these labels is selected.
    package func matches(_ labels: [String: String]) -> Bool { matches { labels[$0] } }

    /// Whether an object whose labels are found by key is selected.
    package func matches(_ label: (String) -> String?) -> Bool {
        (matchLabels ?? [:]).allSatisfy { label($0.key) == $0.value }
            && (matchExpressions ?? []).allSatisfy { $0.matches(label) }
    }

    /// Whether this is `{}`.
    package var isEmpty: Bool { (matchLabels ?? [:]).isEmpty && (matchExpressions ?? []).isEmpty }
}

extension LabelSelector: CustomStringConvertible {
    /// The form `kubectl get -l` takes: `a=b,c in (d,e),!f`; `{}` when everything is selected.
    package var description: String {
        var parts = (matchLabels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        for requirement in matchExpressions ?? [] {
            let values = (requirement.values ?? []).joined(separator: ",")
            switch requirement.operator {
            case .in: parts.append("\(requirement.key) in (\(values))")
            case .notIn: parts.append("\(requirement.key) notin (\(values))")
            case .exists: parts.append(requirement.key)
            case .doesNotExist: parts.append("!\(requirement.key)")
            }
        }
        return parts.isEmpty ? "{}" : parts.joined(separator: ",")
    }
}
