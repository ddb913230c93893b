import KubeModel

extension CommandFailure {
    /// Any error in the words that kubectl has for it.
    package init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as DecodingError: self = .error(error.words)
        default: self = .error("\(error)")
        }
    }
}

extension DecodingError {
    /// Where and what, in one sentence.
    package var words: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            FieldError(FieldPath(context.codingPath), context.debugDescription).description
        case .keyNotFound(let key, let context):
            "\(FieldPath(context.codingPath + [key])) is missing"
        @unknown default:
            "\(self)"
        }
    }
}
