import FoundationEssentials
import KubeClient
import KubeModel

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
import Inspection
#endif

/// The files behind the paths that a person names.
struct ManifestPaths {
    /// The files in order.
    private(set) var paths: [TextInput] = []
    /// What to know about how they were found.
    private(set) var diagnostics: [Diagnostic] = []
    /// The directories on the way down to where the search is, by their real names.
    private var open: Set<String> = []
    /// How many entries of directories were looked at.
    private var looked = 0
    /// Files that kustomize lays over others, and that are no objects by themselves.
    private var patches: Set<String> = []

    /// Directories that lie deeper are not looked into.
    private static let deepest = 32
    /// With more entries it is hardly manifests that were meant, but a link to the root of the system.
    private static let mostEntries = 200_000

    /// Looks behind a path: itself, or every manifest of a directory and below, in order.
    ///
    /// Throws when there is nothing of that name, and for a directory without manifests unless that is allowed.
    init(at path: String, mayBeEmpty: Bool) throws {
        if path == "-" {
            paths = [.standardInput]
            return
        }
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CommandFailure.error("the path \"\(path)\" does not exist")
        }
        guard isDirectory else {
            paths = [.named(path)]
            return
        }
        try descend(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
        guard mayBeEmpty || !paths.isEmpty else {
            throw CommandFailure.error("the directory \"\(path)\" holds no manifests: no .yaml, .yml or .json")
        }
    }

    private mutating func descend(_ directory: String) throws {
        // A link back up would lead around for ever.
        let real = Self.realPath(directory)
        guard open.count < Self.deepest, open.insert(real).inserted else { return }
        defer { open.remove(real) }
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw CommandFailure.error("the directory \"\(directory)\" cannot be read")
        }
        looked += entries.count
        guard looked <= Self.mostEntries else {
            throw CommandFailure.error(
                "more than \(Self.mostEntries) entries of directories are in sight at \"\(directory)\"; look for links"
            )
        }
        let kustomizations = entries.filter(Self.kustomizations.contains).sorted()
        for entry in kustomizations { noteKustomization("\(directory)/\(entry)", in: directory) }
        for entry in entries.filter({ !$0.hasPrefix(".") && !kustomizations.contains($0) }).sorted() {
            let below = "\(directory)/\(entry)"
            var isDirectory = false
            _ = FileManager.default.fileExists(atPath: below, isDirectory: &isDirectory)
            if isDirectory {
                try descend(below)
            } else if [".yaml", ".yml", ".json"].contains(where: { entry.hasSuffix($0) }) {
                noteFile(below)
            }
        }
    }

    /// A pipe would be waited for, and a device may have no end.
    private mutating func noteFile(_ file: String) {
        guard let kind = BoundedFile.oddity(at: file) else {
            if !patches.contains(Self.realPath(file)) { paths.append(.found(file)) }
            return
        }
        let message = "is \(kind), not a regular file; name it with -f to have it read"
        diagnostics.append(Diagnostic(severity: .warning, reason: .unreadManifest, message: message, file: file))
    }

    /// kustomize's own file names no object; one that changes objects makes others of the files than they say.
    private mutating func noteKustomization(_ file: String, in directory: String) {
        let text = (try? TextInput.found(file).text()) ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for name in lines.compactMap(Self.patch) { patches.insert(Self.realPath("\(directory)/\(name)")) }
        let line = lines.firstIndex { line in Self.changing.contains { line.hasPrefix("\($0):") } }
        guard let line else { return }
        diagnostics.append(
            Diagnostic(
                severity: .info,
                reason: .unreadManifest,
                message: "what kustomize changes is not in sight, the files are read as they are; "
                    + "for the result: kubectl kustomize \(directory) | kubectl bgp lint -f -",
                file: file,
                line: line + 1
            )
        )
    }

    /// The fields of a kustomization that make objects other than their files say (kustomize.config.k8s.io/v1beta1).
    private static let changing = [
        "commonAnnotations", "commonLabels", "components", "configMapGenerator", "generators", "helmCharts", "labels",
        "namePrefix", "nameSuffix", "namespace", "patches", "patchesJson6902", "patchesStrategicMerge", "replacements",
        "secretGenerator", "transformers",
    ]

    private static let kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    /// The file that a line of a kustomization names as a patch: `- path: timers.yaml`.
    private static func patch(_ line: Substring) -> String? {
        let words = line.split { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "'" || $0 == "\r" }
        guard let key = words.firstIndex(of: "path:"), words.indices.contains(key + 1) else { return nil }
        return words[..<key].allSatisfy { $0 == "-" } ? String(words[key + 1]) : nil
    }

    private static func realPath(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }
}
