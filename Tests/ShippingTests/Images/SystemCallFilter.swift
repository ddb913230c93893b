import KubeJSON
import KubeModel
import TestSupport

/// The system calls that a container may make where its profile is `RuntimeDefault`.
///
/// The list is the one of podman, which comes with Debian's skopeo; containerd's has the same origin.
enum SystemCallFilter {
    /// The filter for a container with these capabilities, in the form of the OCI runtime specification.
    static func runtimeDefault(for capabilities: [String]) throws -> JSONValue {
        let profile = try ShippedImage.document("/usr/share/containers/seccomp.json")
        let held = Set(capabilities.map { "CAP_\($0)" })
        var calls: [JSONValue] = []
        for entry in profile["syscalls"]?.array ?? [] {
            let wanted = entry["includes"]
            let unwanted = entry["excludes"]
            guard isMet(wanted?["caps"], by: held), isMet(wanted?["arches"], by: [machine]),
                !isNamed(unwanted?["caps"], in: held), !isNamed(unwanted?["arches"], in: [machine])
            else { continue }
            var call: [String: JSONValue] = [:]
            for key in ["names", "action", "errnoRet"] { call[key] = entry[key] }
            if let arguments = entry["args"], !arguments.isEmpty { call["args"] = arguments }
            calls.append(.object(call))
        }
        guard let action = profile["defaultAction"], let code = profile["defaultErrnoRet"], !calls.isEmpty else {
            throw Overdue(description: "/usr/share/containers/seccomp.json: no filter of system calls")
        }
        return [
            "defaultAction": action, "defaultErrnoRet": code, "architectures": .array(architectures),
            "syscalls": .array(calls),
        ]
    }

    #if arch(arm64)
    private static let machine = "arm64"
    private static let architectures: [JSONValue] = ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
    #else
    private static let machine = "amd64"
    private static let architectures: [JSONValue] = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
    #endif

    /// Whether one of what an entry asks for is there, or it asks for nothing.
    private static func isMet(_ names: JSONValue?, by set: Set<String>) -> Bool {
        let names = (names?.array ?? []).compactMap(\.string)
        return names.isEmpty || names.contains { set.contains($0) }
    }

    private static func isNamed(_ names: JSONValue?, in set: Set<String>) -> Bool {
        (names?.array ?? []).compactMap(\.string).contains { set.contains($0) }
    }
}
