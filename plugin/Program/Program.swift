import kubectl_bgp

/// The plugin as a program of its own.
@main
private enum Program {
    static func main() async { await KubectlBGPProgram.main() }
}
