import BGPWire
import NIOCore

/// What must hold between a message that was read and the same message written again.
enum CanonicalForm {
    /// The rules that the message breaks.
    static func violations(_ message: Message, _ context: WireContext) -> [String] {
        let written = message.encoded(in: context)
        // NOTIFICATIONs are cut to what may be sent; of two octets for AS numbers more may come in than goes out.
        guard written.readableBytes < WireContext.standardMessageLength else { return [] }
        var body = written
        body.moveReaderIndex(forwardBy: Header.length)
        if case .update(let update) = message, !update.faults.isEmpty {
            // What was wrong has been left out, so something that is needed may be missing now.
            _ = try? Message(type: .update, body: body, context: context)
            return []
        }
        do {
            let again = try Message(type: message.type, body: body, context: context)
            guard again.encoded(in: context) == written else { return ["\(message.type) has no canonical form"] }
            // Two octets for AS numbers cannot say everything, such as a confederation behind an aggregate.
            return again == message || !context.fourOctetAS ? [] : ["\(message.type) means something else when written"]
        } catch {
            return ["\(message.type) cannot be read again: \(error)"]
        }
    }
}
