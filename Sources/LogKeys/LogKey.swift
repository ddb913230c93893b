/// What a log message says beside its text: one name for one thing in every program.
///
/// `config/README.md` has the same table for people who search logs; a test holds the two against each other.
package enum LogKey: String, CaseIterable, Sendable {
    // Why something is as it is.
    /// A stable code, as in conditions, events and documents.
    case reason
    /// One sentence, or several between semicolons.
    case reasonMessage = "reason.message"
    /// What was observed.
    case reasonSeen = "reason.seen"
    case reasonCause = "reason.cause"
    case reasonFix = "reason.fix"
    /// An error of this program, of the system or of the API server.
    case error
    /// What a state machine was given.
    case event = "decision.event"
    /// What it asked for in return.
    case actions = "decision.actions"
    /// Which failure in a row this is, from 1.
    case attempt = "retry.attempt"
    /// How long until the next attempt.
    case delay = "retry.delay"

    // BGP.
    /// An instance of the node's configuration.
    case instance = "bgp.instance"
    /// A peer; with its instance where `bgp.instance` is not there.
    case peer = "bgp.peer"
    /// The first few peers, and how many more there are.
    case peers = "bgp.peers"
    /// An instance, or a peer with its instance, that stays down or has a setting that is not used.
    case bgpName = "bgp.name"
    case family = "bgp.family"
    case families = "bgp.families"
    case state = "bgp.state"
    case stateBefore = "bgp.state.before"
    /// Address and port that the speaker listens on.
    case endpoint = "bgp.endpoint"
    /// The address that a connection comes from.
    case remote = "bgp.remote"
    case nextHop = "bgp.next_hop"
    case nextHopBefore = "bgp.next_hop.before"
    /// A NOTIFICATION in words.
    case notification = "bgp.notification"
    case prefixes = "bgp.prefixes"
    /// How many routes a peer announced.
    case received = "bgp.received"
    /// How many of them are kept.
    case receivedKept = "bgp.received.kept"
    /// Which limit was reached.
    case receivedLimit = "bgp.received.limit"
    /// Octets for all received routes.
    case receivedMemory = "bgp.received.memory"

    // The node.
    /// Whether a drain withdraws what no other node announces, too.
    case drainForced = "drain.forced"
    /// The program that answers for the data path.
    case datapathProgram = "datapath.program"
    /// The programs that could answer for it, with their ports.
    case datapathPrograms = "datapath.programs"
    /// What is not known yet, so that the saved state is used.
    case savedStateMissing = "saved_state.missing"
    /// How many routes the saved state has.
    case savedStateRoutes = "saved_state.routes"

    // Kubernetes.
    case kind = "k8s.kind"
    /// Kind, namespace and name.
    case object = "k8s.object"
    /// How many objects a message is about.
    case objectCount = "k8s.object.count"
    case node = "k8s.node"
    case nodes = "k8s.nodes"
    /// Scheme, host and port of the API server.
    case server = "k8s.server"
    /// What is known of a kind's definition.
    case definition = "k8s.definition"
    /// The version from which a kind is watched.
    case resourceVersion = "k8s.resource_version"
    /// Why a list is read anew.
    case watchDoubt = "k8s.watch.doubt"
    /// How many objects a page of a list may have from now on.
    case listLimit = "k8s.list.limit"
    case eventsDropped = "k8s.events.dropped"
    case lease = "k8s.lease"
    /// What this program calls itself in a lease.
    case leaseIdentity = "k8s.lease.identity"
    case leaseHolder = "k8s.lease.holder"

    // The program.
    case version
    case file = "file.path"
    case directory = "file.directory"
    case socket = "file.socket"
    /// `admin` or `health`.
    case listener = "http.listener"
    /// Whose token came with a request.
    case user = "http.user"
    case path = "http.path"
    case port = "http.port"
    /// Whether pages are served with TLS.
    case tls = "http.tls"
    /// Where the certificate comes from.
    case certificate = "http.certificate"
    /// Idle connections closed for new ones since the last such message.
    case connectionsEvicted = "http.connections.evicted"
    /// Connections refused since the last such message.
    case connectionsRefused = "http.connections.refused"
    /// Pages refused since the last such message.
    case pagesRefused = "http.pages.refused"
    /// The memory that the program may use.
    case memoryLimit = "memory.limit"
    /// Where that limit is set.
    case memorySource = "memory.limit.source"
    /// The part of it for received routes.
    case memoryForRoutes = "memory.received_routes"
}
