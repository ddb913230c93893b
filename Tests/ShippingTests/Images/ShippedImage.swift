import FoundationEssentials
import Glibc
import KubeJSON
import KubeModel
import Synchronization
import TestSupport

/// An image of a program, made by `config/image` and unpacked once for all tests of a run.
struct ShippedImage: Sendable {
    /// The program, which names the image, too.
    let program: String
    /// What `config/image/rootfs` made.
    let root: String
    /// The OCI image layout that `config/image/oci` made.
    let layout: String
    /// The digest that `config/image/oci` said.
    let digest: String
    /// The layer, unpacked as a container runtime does.
    let files: String
    /// The manifest of the image.
    let manifest: JSONValue
    /// The image's configuration.
    let configuration: JSONValue

    /// The image of one of our programs.
    static func of(_ program: String) async throws -> ShippedImage {
        try await shelf.image(program)
    }

    /// The platform of this machine.
    static var platform: String {
        #if arch(arm64)
        "linux/arm64"
        #else
        "linux/amd64"
        #endif
    }

    /// The file of the only layer.
    var layer: String {
        get throws { try Self.blob(of: manifest["layers"]?[0], in: layout) }
    }

    /// What it runs, unless told otherwise.
    var entrypoint: [String] { strings("Entrypoint") }

    /// The variables that it brings.
    var environment: [String] { strings("Env") }

    private func strings(_ key: String) -> [String] {
        (configuration["config"]?[key]?.array ?? []).compactMap(\.string)
    }

    /// Makes the root of an image in a folder.
    static func makeRoot(_ program: String, in folder: String) async throws {
        try await Command(
            Checkout.path("config/image/rootfs"),
            try Shipping.releaseProgram(program),
            folder
        )
        .run()
    }

    /// Makes an image of roots, and returns the digest that is said.
    static func makeLayout(_ layout: String, of roots: [String]) async throws -> String {
        let output = try await Command(
            [Checkout.path("config/image/oci"), "--tag", "test", layout] + roots
        )
        .run(within: .seconds(120))
        return output.split(separator: "\n").last.map(String.init) ?? ""
    }

    fileprivate static func make(_ program: String, in directory: TemporaryDirectory) async throws -> ShippedImage {
        let root = directory.path("root")
        try await makeRoot(program, in: root)
        let layout = directory.path("layout")
        let digest = try await makeLayout(layout, of: ["\(platform)=\(root)"])
        let index = try document("\(layout)/index.json")
        let manifest = try document(blob(of: index["manifests"]?[0], in: layout))
        let files = directory.path("files")
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        let layer = try blob(of: manifest["layers"]?[0], in: layout)
        try await Command("tar", "-xzpf", layer, "--numeric-owner", "-C", files).run()
        return ShippedImage(
            program: program,
            root: root,
            layout: layout,
            digest: digest,
            files: files,
            manifest: manifest,
            configuration: try document(blob(of: manifest["config"], in: layout))
        )
    }

    /// A JSON file.
    static func document(_ path: String) throws -> JSONValue {
        try JSON.decode(JSONValue.self, from: try String(contentsOfFile: path, encoding: .utf8))
    }

    /// The file that a descriptor of an image layout names.
    static func blob(of descriptor: JSONValue?, in layout: String) throws -> String {
        guard let digest = descriptor?["digest"]?.string, digest.hasPrefix("sha256:") else {
            throw Overdue(description: "\(layout): no digest in \(descriptor.map { "\($0)" } ?? "nothing")")
        }
        return "\(layout)/blobs/sha256/\(digest.dropFirst(7))"
    }
}

private let shelf = ImageShelf()

/// The images of this run, each made when it is first asked for.
private actor ImageShelf {
    private var images: [String: ShippedImage] = [:]

    func image(_ program: String) async throws -> ShippedImage {
        if let image = images[program] { return image }
        let directory = try TemporaryDirectory("image")
        let image = try await ShippedImage.make(program, in: directory)
        // Nothing lets go of what a constant holds, so the folders go when the test run ends.
        if images.isEmpty { atexit { folders.withLock { $0 = [] } } }
        folders.withLock { $0.append(directory) }
        images[program] = image
        return image
    }
}

private let folders = Mutex<[TemporaryDirectory]>([])
