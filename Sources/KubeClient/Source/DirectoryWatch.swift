#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import NIOCore
import NIOPosix
import Synchronization

/// Hears from the kernel what changes below a directory (inotify(7)), and notes where to look.
///
/// A file is noted when its writer has closed it or it got its name, not while it is being written. Where files are links,
/// as in a mounted ConfigMap, what they lead to is watched too, and a hidden name that changes beside them, such as
/// `..data`, has the whole directory looked at.
final class DirectoryWatch: Sendable {
    /// What a watch of the kernel stands for.
    private enum Place: Hashable {
        case directory(String)
        case linked(String)
    }

    private struct State {
        var places: [Int32: Set<Place>] = [:]
        var watches: [Place: Int32] = [:]
        var withLinks: Set<String> = []
        var owner = Owner.watch
    }

    /// Who closes the descriptor.
    private enum Owner {
        case watch
        case channel
        case nobody
    }

    private static let ofDirectory = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB
    )
    private static let ofLinked = UInt32(IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB)
    private static let ofSelf = UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)

    private let directory: String
    private let notes: DirectoryNotes
    private let descriptor: Int32
    private let state = Mutex(State())

    /// Opens a watch that nothing is read from yet; nil when the system gives none.
    init?(_ directory: String, notes: DirectoryNotes) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        self.directory = directory
        self.notes = notes
    }

    deinit {
        if state.withLock({ $0.owner == .watch }) { close(descriptor) }
    }

    /// Reads what the kernel says until cancelled, then frees the watch.
    func run() async throws {
        let channel = try await NIOPipeBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16 << 10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DirectoryEventHandler { self.take($0) })
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor).get()
        state.withLock { $0.owner = .channel }
        try await withTaskCancellationHandler {
            try await channel.closeFuture.get()
        } onCancel: {
            state.withLock { $0.owner = .nobody }
            channel.close(promise: nil)
        }
    }

    /// Watches directories and the files that links lead to, in the place of those below the same directories before.
    ///
    /// Returns whether the kernel watches all of them.
    func watch(_ listing: DirectoryListing) -> Bool {
        state.withLock { state in
            guard state.owner != .nobody else { return false }
            for (place, watch) in state.watches {
                let isStale =
                    switch place {
                    case .directory(let path): listing.covers(path) && !listing.directories.contains(path)
                    case .linked(let path): listing.covers(path) && !listing.links.contains(path)
                    }
                if isStale { drop(place, watch, from: &state) }
            }
            state.withLinks = state.withLinks.filter { !listing.covers($0) }
            var isComplete = true
            for path in listing.directories where !add(.directory(path), Self.ofDirectory, to: &state) {
                isComplete = false
            }
            for path in listing.links {
                // A link that leads nowhere is seen when it is made anew.
                _ = add(.linked(path), Self.ofLinked, to: &state)
            }
            state.withLinks.formUnion(listing.directoriesWithLinks)
            return isComplete
        }
    }

    private func add(_ place: Place, _ mask: UInt32, to state: inout State) -> Bool {
        let path: String
        switch place {
        case .directory(let relative), .linked(let relative): path = directory.appending(relative)
        }
        // One watch may stand for several names of one file; what is asked of it is the sum.
        let watch = inotify_add_watch(descriptor, path, mask | UInt32(IN_MASK_ADD))
        guard watch >= 0 else { return false }
        if let before = state.watches[place], before != watch { drop(place, before, from: &state) }
        state.watches[place] = watch
        state.places[watch, default: []].insert(place)
        return true
    }

    private func drop(_ place: Place, _ watch: Int32, from state: inout State) {
        state.watches[place] = nil
        state.places[watch]?.remove(place)
        guard state.places[watch]?.isEmpty == true else { return }
        state.places[watch] = nil
        inotify_rm_watch(descriptor, watch)
    }

    private func take(_ events: [DirectoryEvent]) {
        var places = DirectoryPlaces()
        state.withLock { state in
            for event in events { Self.collect(event, directory, &state, &places) }
        }
        if !places.isEmpty { notes.note(places) }
    }

    private static func collect(
        _ event: DirectoryEvent,
        _ root: String,
        _ state: inout State,
        _ places: inout DirectoryPlaces
    ) {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return places.formUnion(.all) }
        for place in state.places[event.watch] ?? [] {
            switch place {
            case .linked(let path):
                places.files.insert(path)
                // What it leads to now has to be watched.
                if event.mask & ofSelf != 0 { places.directories.insert(path.parent) }
            case .directory(let path):
                if event.mask & ofSelf != 0 {
                    places.directories.insert(path.parent)
                } else if event.name.hasPrefix(".") {
                    if state.withLinks.contains(path) { places.directories.insert(path) }
                } else if event.name.isEmpty {
                    continue
                } else if event.mask & UInt32(IN_ISDIR) != 0 {
                    places.directories.insert(path.below(event.name))
                } else {
                    note(path.below(event.name), event.mask, root, &places)
                }
            }
        }
        if event.mask & UInt32(IN_IGNORED) != 0, let gone = state.places.removeValue(forKey: event.watch) {
            for place in gone { state.watches[place] = nil }
        }
    }

    /// A file that was just made is empty and told of again when it is written; a link or a second name is not.
    private static func note(_ path: String, _ mask: UInt32, _ root: String, _ places: inout DirectoryPlaces) {
        guard mask & UInt32(IN_CREATE) != 0 else {
            places.files.insert(path)
            return
        }
        var status = stat()
        guard lstat(root.appending(path), &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFLNK {
            // It may lead to a directory, and what it leads to has to be watched.
            places.directories.insert(path.parent)
        } else if status.st_nlink > 1 {
            places.files.insert(path)
        }
    }
}

/// One record of inotify(7).
struct DirectoryEvent: Sendable {
    var watch: Int32
    var mask: UInt32
    var name: String
}

/// Takes the kernel's records apart.
private final class DirectoryEventHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let take: ([DirectoryEvent]) -> Void

    init(_ take: @escaping ([DirectoryEvent]) -> Void) {
        self.take = take
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        var events: [DirectoryEvent] = []
        while let (watch, mask, _, length) = buffer.readMultipleIntegers(
            endianness: .host,
            as: (Int32, UInt32, UInt32, UInt32).self
        ), let padded = buffer.readBytes(length: Int(length)) {
            let name = String(decoding: padded.prefix { $0 != 0 }, as: UTF8.self)
            events.append(DirectoryEvent(watch: watch, mask: mask, name: name))
        }
        take(events)
    }
}
#else
/// Other systems are not asked.
final class DirectoryWatch: Sendable {
    init?(_ directory: String, notes: DirectoryNotes) { return nil }

    func run() async throws {}

    func watch(_ listing: DirectoryListing) -> Bool { false }
}
#endif
