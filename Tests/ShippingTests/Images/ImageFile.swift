import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport

/// One entry of an image's layer.
struct ImageFile: Sendable {
    /// The path, without a slash at its beginning or end.
    let name: String
    /// Type, mode and owner, such as `-rw-r--r-- 0/0`.
    let access: String
    /// Octets.
    let size: Int
    /// As the archive says it.
    let time: String

    var isFolder: Bool { access.hasPrefix("d") }

    func isParent(of files: [String]) -> Bool { files.contains { $0.hasPrefix("\(name)/") } }

    /// Reads the list of a packed layer.
    static func list(of layer: String) async throws -> [ImageFile] {
        let output = try await Command("tar", "-tvzf", layer, "--numeric-owner").run()
        return output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true).map(String.init)
            guard words.count == 6 else { return nil }
            let name = words[5].split(separator: " ").first ?? ""
            return ImageFile(
                name: String(name.last == "/" ? name.dropLast() : name),
                access: "\(words[0]) \(words[1])",
                size: Int(words[2]) ?? 0,
                time: "\(words[3]) \(words[4])"
            )
        }
    }
}

extension ShippedImage {
    /// Every file that an image has to hold, of folders with one file for each package as those packages ask for it.
    func neededFiles() throws -> [String] {
        var needed = [
            "etc/group", "etc/nsswitch.conf", "etc/os-release", "etc/passwd", "etc/ssl/certs/ca-certificates.crt",
            "usr/bin/\(program)", "usr/share/doc/martlet/LICENSE", "usr/share/sbom/Package.resolved",
        ]
        if program == "bgp-speaker" { needed.append("usr/bin/kubectl-bgp") }
        #if arch(arm64)
        let (triplet, loader) = ("aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1")
        #else
        let (triplet, loader) = ("x86_64-linux-gnu", "lib64/ld-linux-x86-64.so.2")
        #endif
        needed.append(loader)
        needed += ["c.so.6", "gcc_s.so.1", "m.so.6", "stdc++.so.6", "yaml-0.so.2", "z.so.1"].map {
            "lib/\(triplet)/lib\($0)"
        }
        for package in try debianPackages() {
            needed += ["var/lib/dpkg/status.d/\(package)", "var/lib/dpkg/status.d/\(package).md5sums"]
            needed.append("usr/share/doc/\(package)/copyright")
            // The licences that these name are Debian's own copies.
            let text = try String(contentsOfFile: "\(files)/usr/share/doc/\(package)/copyright", encoding: .utf8)
            for match in text.matches(of: /usr\/share\/common-licenses\/[A-Za-z0-9.+-]*[A-Za-z0-9]/) {
                let licence = String(match.output)
                if !needed.contains(licence) { needed.append(licence) }
            }
        }
        // Swift's own libraries, whose licence asks for no copy where they are inside a program.
        for package in try swiftPackages() where package != "swift" {
            let folder = "usr/share/doc/\(package)"
            let texts = try FileManager.default.contentsOfDirectory(atPath: "\(files)/\(folder)")
            needed += texts.filter { $0.hasPrefix("LICENSE") || $0.hasPrefix("NOTICE") }.map { "\(folder)/\($0)" }
            if !texts.contains(where: { $0.hasPrefix("LICENSE") }) { needed.append("\(folder)/LICENSE") }
        }
        return needed
    }

    /// The Debian packages that the image describes.
    func debianPackages() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(files)/var/lib/dpkg/status.d")
            .filter { !$0.hasSuffix(".md5sums") }
            .sorted()
    }

    /// The Swift packages that the image describes, and Swift.
    func swiftPackages() throws -> [String] {
        let pins = try Self.document("\(files)/usr/share/sbom/Package.resolved")["pins"]?.array ?? []
        return pins.compactMap { $0["identity"]?.string }
    }

    /// The programs and libraries, by their paths.
    func elfFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: files).sorted().filter { path in
            let full = "\(files)/\(path)"
            let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: full)) != nil
            guard !isLink, let data = FileManager.default.contents(atPath: full) else { return false }
            return data.starts(with: [0x7F, 0x45, 0x4C, 0x46])
        }
    }
}
