#if LIBFUZZER
import HostileInput

/// One input of libFuzzer: what breaks a rule ends the process, so that the input is kept.
@_cdecl("LLVMFuzzerTestOneInput")
func tryOneInput(_ octets: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let violations = ByteProbe.violations(UnsafeBufferPointer(start: octets, count: count))
    guard violations.isEmpty else {
        print(violations.joined(separator: "\n"))
        preconditionFailure("a rule was broken")
    }
    return 0
}
#endif
