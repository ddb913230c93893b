import KubeClient
import KubeJSON
import KubeModel

extension CommandFailure {
    /// Any error in the words that kubectl has for it.
    package init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as DecodingError: self = .error(error.words)
        case let error as KubeError: self.init(error)
        default: self = .error("\(error)")
        }
    }
}

extension CommandFailure {
    private init(_ error: KubeError) {
        switch error.code {
        case .unauthorized:
            self = .error("You must be logged in to the server (\(error.message))")
        case .notFound where error.isAboutKind:
            self = .error(
                error.message,
                hint: "Are Martlet's resources installed? \"kubectl get crd -o name | grep martlet.dev\" lists them."
            )
        case .unreachable, .timedOut:
            self.init(message: "Unable to connect to the server: \(error.message)")
        default:
            self.init(message: error.status?.reason == nil ? "error: \(error.message)" : error.description)
        }
    }
}

extension KubeError {
    /// Whether it is the kind that the server does not have, and not an object of it.
    ///
    /// A server without the kind's API answers with plain text, or with a Status of this message (apimachinery's
    /// NewGenericServerResponse) that names no object.
    fileprivate var isAboutKind: Bool {
        guard status?.details?.name ?? "" == "" else { return false }
        return status?.reason != "NotFound" || message.hasPrefix("the server could not find the requested resource")
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
