import KubeModel

/// What a writing request asks for besides the object.
struct WriteQuery: Hashable {
    enum FieldValidation: String, Hashable {
        case ignore = "Ignore"
        case warn = "Warn"
        case strict = "Strict"
    }

    let manager: String
    let isDryRun: Bool
    let fieldValidation: FieldValidation
    let force: Bool

    /// Reads the query; without a `fieldManager` the first word of the user agent is the manager.
    init(query: RequestQuery, userAgent: String?) throws(APIError) {
        manager = query["fieldManager"] ?? String((userAgent ?? "unknown").prefix { $0 != "/" })
        switch query["dryRun"] {
        case nil: isDryRun = false
        case "All": isDryRun = true
        case let other?:
            throw APIError(
                422,
                "Invalid",
                "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"\(other)\"]: supported values: \"All\""
            )
        }
        force = query.flag("force")
        let wished = query["fieldValidation"] ?? "Warn"
        guard let validation = FieldValidation(rawValue: wished) else {
            throw .badRequest(
                "fieldValidation: Unsupported value: \"\(wished)\": supported values: \"Ignore\", \"Strict\", \"Warn\""
            )
        }
        fieldValidation = validation
    }
}
