#if LIBFUZZER
import Glibc
import HostileInput

/// One input of libFuzzer: what breaks a rule ends the process, so that the input is kept.
@_cdecl("LLVMFuzzerTestOneInput")
func tryOneInput(_ octets: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let violations = ByteProbe.violations(UnsafeBufferPointer(start: octets, count: count))
    guard violations.isEmpty else {
        // Not buffered: nothing is written any more after the end.
        let text = violations.joined(separator: "\n") + "\n"
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        abort()
    }
    return 0
}

/// What SwiftPM links as the start of this program, in the place of libFuzzer's own.
@_cdecl("martlet_fuzz_main")
func begin(
    _ count: CInt,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments, tryOneInput)
}

/// libFuzzer's loop (`LLVMFuzzerRunDriver` of `FuzzerInterface.h`): reads the options and tries inputs.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ tryInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
#endif
