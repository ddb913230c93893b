import FoundationEssentials
import KubeJSON
import KubeModel
import Synchronization
import TestSupport

/// A container of an image, run by runc in the network of a host, as a container runtime runs it for the kubelet.
///
/// It ends, and what runc keeps of it goes, with its last reference.
final class Container: Sendable {
    /// `runc run`, which hands on signals, and ends as the program did.
    let process: RunningProcess
    private let name: String
    private let directory: TemporaryDirectory

    private static let counter = Mutex(0)

    /// Starts it.
    init(_ image: ShippedImage, _ plan: ContainerPlan, on host: NetworkHost) throws {
        let number = Self.counter.withLock { count in
            count += 1
            return count
        }
        name = "\(host.namespace)-\(number)"
        directory = try TemporaryDirectory("container")
        let bundle = try Self.bundle(image, plan, on: host)
        try directory.write(String(decoding: try JSON.encode(bundle), as: UTF8.self), to: "config.json")
        process = try Command(["runc"] + Self.state(directory) + ["run", "--bundle", directory.path, name])
            .start(log: directory.path("log"))
    }

    deinit {
        process.kill()
        _ = try? Command.blocking(["runc"] + Self.state(directory) + ["delete", "--force", name])
    }

    /// What it has written so far.
    var log: String { process.output }

    /// Runs a program of the image inside, as `kubectl exec` does.
    func run(_ arguments: String...) async throws -> Command.Result {
        try await Command(["runc"] + Self.state(directory) + ["exec", name] + arguments).result()
    }

    /// The lines of `/proc/PID/status` of its first process, by name.
    func kernelStatus() async throws -> [String: String] {
        let state = try await Command(["runc"] + Self.state(directory) + ["state", name]).run()
        guard let pid = try JSON.decode(JSONValue.self, from: state)["pid"]?.integer else { return [:] }
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let lines = text.split(separator: "\n").compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return (String(line[..<colon]), value)
        }
        return Dictionary(lines, uniquingKeysWith: { first, _ in first })
    }

    private static func state(_ directory: TemporaryDirectory) -> [String] { ["--root", directory.path("runc")] }

    /// The runtime's description of the container (OCI runtime specification 1.0).
    private static func bundle(
        _ image: ShippedImage,
        _ plan: ContainerPlan,
        on host: NetworkHost
    ) throws -> JSONValue {
        let capabilities = JSONValue.array(plan.capabilities.map { .string("CAP_\($0)") })
        let variables = image.environment + plan.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let command = (plan.replacesEntrypoint ? [] : image.entrypoint) + plan.arguments
        let own = plan.mounts.map { mount -> JSONValue in
            let access: JSONValue = mount.isReadOnly ? "ro" : "rw"
            let options: [JSONValue] = ["rbind", "nosuid", "nodev", access]
            return [
                "destination": .string(mount.destination), "type": "bind", "source": .string(mount.source),
                "options": .array(options),
            ]
        }
        let process: JSONValue = [
            "terminal": false,
            "user": ["uid": .integer(plan.user), "gid": .integer(plan.group)],
            "args": .array(command.map(JSONValue.string)),
            "env": .array(variables.map(JSONValue.string)),
            "cwd": "/",
            "capabilities": ["bounding": capabilities, "effective": capabilities, "permitted": capabilities],
            "noNewPrivileges": .bool(!plan.mayGainPrivileges),
        ]
        let namespaces: [JSONValue] = [
            ["type": "pid"], ["type": "ipc"], ["type": "uts"], ["type": "mount"],
            ["type": "network", "path": .string("/run/netns/\(host.namespace)")],
        ]
        let hidden: [JSONValue] = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"]
        let readOnly: [JSONValue] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
        var linux: [String: JSONValue] = [
            "namespaces": .array(namespaces), "maskedPaths": .array(hidden), "readonlyPaths": .array(readOnly),
        ]
        if plan.isFiltered { linux["seccomp"] = try SystemCallFilter.runtimeDefault(for: plan.capabilities) }
        return [
            "ociVersion": "1.0.2",
            "process": process,
            "root": ["path": .string(image.files), "readonly": .bool(plan.isRootReadOnly)],
            "hostname": .string(host.name),
            "mounts": .array(systemMounts + own),
            "linux": .object(linux),
        ]
    }

    /// What every container runtime mounts.
    private static let systemMounts: [JSONValue] = [
        ["destination": "/proc", "type": "proc", "source": "proc"],
        [
            "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
            "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
        ],
        [
            "destination": "/dev/shm", "type": "tmpfs", "source": "shm",
            "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
        ],
        [
            "destination": "/sys", "type": "sysfs", "source": "sysfs",
            "options": ["nosuid", "noexec", "nodev", "ro"],
        ],
    ]
}
