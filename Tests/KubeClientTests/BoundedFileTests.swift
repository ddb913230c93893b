import FoundationEssentials
import Glibc
import KubeClient
import TestSupport
import Testing

struct BoundedFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory("files") }

    private func fault(_ path: String, flags: Int32 = 0, most: Int = 100) -> BoundedFile.Fault? {
        do throws(BoundedFile.Fault) {
            _ = try BoundedFile.regular(path, flags: flags, most: most)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a regular file is read, and through a link, if links are followed`() throws {
        let file = try directory.write("text", to: "file")
        let link = directory.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        #expect(try BoundedFile.regular(link, most: 4) == Data("text".utf8))
        #expect(fault(link, flags: O_NOFOLLOW) == .system(ELOOP))
        #expect(fault(file, most: 3) == .tooLong(3))
        #expect(fault(directory.path("none"))?.isAbsence == true)
    }

    @Test func `a pipe is not waited for, and a device without end not read`() throws {
        let pipe = directory.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(fault(pipe) == .notRegular("a pipe"))
        let link = directory.path("zero")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/zero")
        #expect(fault(link) == .notRegular("a device"))
        #expect(fault(directory.path) == .notRegular("a directory"))
        #expect([pipe, link, directory.path].map(BoundedFile.oddity) == ["a pipe", "a device", nil])
    }

    @Test func `a stream without end is read up to the bound`() throws {
        let descriptor = open("/dev/zero", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(throws: BoundedFile.Fault.tooLong(100_000)) {
            try BoundedFile.all(of: descriptor, most: 100_000)
        }
    }
}
