import KubeJSON
import KubeModel

/// A request's body as a tree.
struct RequestBody {
    let object: JSONValue
    let duplicates: [FieldPath]
    let mediaType: String
    /// Whether the query names a field manager, which applying needs.
    let hasFieldManager: Bool

    /// Reads JSON, or YAML where the media type says so; throws 400 or 415.
    init(bytes: [UInt8], contentType: String?, hasFieldManager: Bool) throws(APIError) {
        self.hasFieldManager = hasFieldManager
        mediaType = trimmed((contentType ?? "application/json").prefix { $0 != ";" }).lowercased()
        if mediaType == ProtobufBody.mediaType, let object = ProtobufBody.object(bytes) {
            self.object = object
            duplicates = []
            return
        }
        do throws(JSONReader.Fault) {
            (object, duplicates) = try JSONReader.read(bytes)
        } catch {
            guard mediaType.hasSuffix("yaml") else {
                if mediaType.hasSuffix("json") {
                    throw .badRequest("the object provided is unrecognized: \(error.message) at offset \(error.offset)")
                }
                throw .unsupportedMediaType(
                    mediaType,
                    accepted: ["application/json", "application/yaml"]
                )
            }
            object = try Self.yaml(bytes)
            duplicates = []
        }
    }
}
