import HTTPTypes
import Hummingbird
import KubeJSON
import KubeModel
import NIOCore

extension Response {
    /// A JSON answer.
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok, warnings: [String] = []) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-cache, private"]
        for warning in warnings {
            let quoted = warning.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            headers.append(HTTPField(name: .warning, value: "299 - \"\(quoted)\""))
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A JSON answer.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, warnings: [String] = []) -> Response {
        json(JSONWriter.bytes(value), status: status, warnings: warnings)
    }

    static func refusal(_ error: APIError) -> Response {
        var response = json(error.status, status: HTTPResponse.Status(code: error.code))
        if let seconds = error.details.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// A plain text answer.
    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

/// The form a client wants objects in.
enum Representation {
    case object
    case table(TablePrinter.RowObject)
    case partialMetadata

    /// Reads `Accept`; the first form the server has is taken.
    init(accept: String?, includeObject: String?) {
        for part in (accept ?? "").split(separator: ",") {
            let fields = part.split(separator: ";").map { trimmed($0) }
            guard let media = fields.first, media == "application/json" || media == "*/*" else { continue }
            if fields.contains("as=Table") {
                self = .table(TablePrinter.RowObject(rawValue: includeObject ?? "Metadata") ?? .metadata)
                return
            }
            if fields.contains("as=PartialObjectMetadata") || fields.contains("as=PartialObjectMetadataList") {
                self = .partialMetadata
                return
            }
            break
        }
        self = .object
    }
}

extension HTTPField.Name {
    static var warning: HTTPField.Name { HTTPField.Name("Warning") ?? .expires }
}
