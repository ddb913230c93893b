import TestSupport
import Testing

@Suite struct DocumentationTests {
    @Test func `every target with code to read has a page, and every page a target`() throws {
        let pages = try Checkout.files(under: "config/docs").filter { $0.hasSuffix(".md") }
            .compactMap { $0.split(separator: "/").last?.dropLast(3) }.map(String.init)
        let programs = ["bgp-lab", "bgp-operator", "bgp-speaker", "kubectl-bgp-program"]
        let targets = House.rooms.keys.filter { !programs.contains($0) && !$0.hasPrefix("CL") }
        #expect(pages.sorted() == targets.sorted())
    }

    /// With warnings as errors: a comment that links to a symbol that is gone is found here.
    @Test(.enabled(if: tools.isMet, "\(tools.comment)"), .timeLimit(.minutes(5)))
    func `DocC converts the pages and comments of every target`() async throws {
        let build = try Checkout.program("kubectl-bgp").split(separator: "/").dropLast().joined(separator: "/")
        let words = [Checkout.path("config/docs/build"), "--check", "--build", "/\(build)"]
        let result = try await Command(words).result(within: .seconds(280))
        #expect(result.succeeded, "\(result.errors)")
        #expect(result.output.hasSuffix(" targets converted\n"))
    }
}

private let tools = Requirement.programs("docc", "python3")
