import KubeJSON
import KubeModel
import KubeYAML

extension RequestBody {
    /// The one document of a YAML body; throws 400 with line and column.
    static func yaml(_ bytes: [UInt8]) throws(APIError) -> JSONValue {
        do throws(YAMLError) {
            let documents = try YAMLDocument.parse(String(decoding: bytes, as: UTF8.self), file: "body")
            guard documents.count == 1, let document = documents.first else {
                throw YAMLError(
                    file: "body",
                    position: SourcePosition(line: 1, column: 1),
                    found: "\(documents.count) documents",
                    expected: "one"
                )
            }
            return document.json
        } catch {
            throw .badRequest("error decoding YAML: \(error.description)")
        }
    }
}
