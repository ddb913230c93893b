import ArgumentParser
import DaemonOptions
import kubectl_bgp

/// The speaker, and `kubectl-bgp` when it is called by that name.
///
/// A speaker's pod holds the plugin, too, which tells about the speaker where no API server answers. Nearly all the code of
/// one is in the other, so the image has one program with two names, at half the size of two programs.
@main
private enum Program {
    static func main() async {
        if CommandLine.arguments.first?.split(separator: "/").last == "kubectl-bgp" {
            await KubectlBGPProgram.main()
        } else {
            BGPSpeakerCommand.refuseInJSON("bgp-speaker", words: Array(CommandLine.arguments.dropFirst()))
            await BGPSpeakerCommand.main()
        }
    }
}
