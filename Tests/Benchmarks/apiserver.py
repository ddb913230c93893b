"""An API server that is just enough for a speaker or an operator: lists and watches over HTTP, what is written given back."""
import collections
import http.server
import json
import queue
import threading
import time
import urllib.parse


class APIServer(http.server.ThreadingHTTPServer):
    """Serves `lists`, objects by the plural of their kind, on a port of 127.0.0.1.

    An object may be JSON already, as octets. `paged` gives lists in pages of what the client asks for; else each is one answer.

    A watch ends when the client asked it to and goes on from the version that the next one names, so that no change is lost in
    between. Lists are of the present version, but hold the objects as they were at first: a client has to list only once.
    With `keeps`, what is written is kept and comes back by the watch, as on a real server.
    """
    daemon_threads = True
    request_queue_size = 128
    remembered = 4096               # changes of a kind

    def __init__(self, lists, paged=False, keeps=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lists, self.paged = lists, paged
        self.objects = {(kind, *identity(item)): item for kind, items in lists.items() for item in items} if keeps else None
        self.watches, self.lock, self.version = {}, threading.Lock(), 1
        self.changes = collections.defaultdict(lambda: collections.deque(maxlen=self.remembered))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def watch(self, kind, version):
        """The queue of a kind's changes after a version."""
        events = queue.SimpleQueue()
        with self.lock:
            for number, change in self.changes[kind]:
                if number > version:
                    events.put(change)
            self.watches[kind] = events
        return events

    def next_version(self):
        with self.lock:
            self.version += 1
            return str(self.version)

    def change(self, kind, thing, told=lambda moment: None):
        """Tells whoever watches a kind of an object's new state, which `thing` makes of its version.

        Several threads may call it: what is told later has the higher version, as on a real server. `told` is called with the
        moment just before it is written.
        """
        with self.lock:
            self.version += 1
            thing = thing(str(self.version))
            text = thing if isinstance(thing, bytes) else json.dumps(thing).encode()
            change = b'{"type":"MODIFIED","object":' + text + b"}\n", told
            self.changes[kind].append((self.version, change))
            if events := self.watches.get(kind):
                events.put(change)

    def keep(self, kind, namespace, name, body, is_status):
        """Puts what was written into an object, or makes it, tells whoever watches, and returns the object."""
        with self.lock:
            self.version += 1
            before = self.objects.get((kind, namespace, name))
            if is_status:
                thing = dict(before, status=dict(before.get("status") or {}, **(body.get("status") or {})))
            else:
                thing = dict(before or {}, **body)
            place = {"namespace": namespace} if namespace else {}
            thing["metadata"] = dict((before or {}).get("metadata") or {"uid": f"{kind}-{self.version}"}, **place, name=name,
                                     resourceVersion=str(self.version))
            self.objects[kind, namespace, name] = thing
            text = json.dumps(thing).encode()
            word = b"MODIFIED" if before else b"ADDED"
            change = b'{"type":"' + word + b'","object":' + text + b"}\n", lambda moment: None
            self.changes[kind].append((self.version, change))
            if events := self.watches.get(kind):
                events.put(change)
        return text

    def write_kubeconfig(self, path):
        with open(path, "w") as file:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "c", "users": [{"name": "u", "user": {}}],
                       "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "clusters": [
                           {"name": "c", "cluster": {"server": f"http://127.0.0.1:{self.server_port}"}}]}, file)

    def handle_error(self, request, client_address):
        """A client that goes in the middle of an answer is nothing to tell of."""


def identity(item):
    """Namespace, if any, and name."""
    metadata = item["metadata"]
    return metadata.get("namespace"), metadata["name"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def reply(self, thing, status=200):
        self.reply_pieces([json.dumps(thing).encode()], status)

    def reply_pieces(self, pieces, status=200):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(sum(map(len, pieces))))
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)
        self.wfile.flush()

    def do_GET(self):
        path, _, query = self.path.partition("?")
        query = {name: values[-1] for name, values in urllib.parse.parse_qs(query).items()}
        steps = path.strip("/").split("/")
        if steps[-1] not in self.server.lists and len(steps) > 1 and steps[-2] in ("secrets", *self.server.lists):
            return self.reply({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
                               "message": f"{steps[-2]} \"{steps[-1]}\" not found"}, 404)
        kind = steps[-1]
        if "watch" in query:
            return self.stream(kind, int(query.get("resourceVersion") or 0), int(query.get("timeoutSeconds", 1 << 30)))
        items, first = self.server.lists.get(kind, []), int(query.get("continue", 0))
        metadata = {"resourceVersion": str(self.server.version)}
        count = int(query["limit"]) if self.server.paged and "limit" in query else len(items)
        if first + count < len(items):
            metadata["continue"] = str(first + count)
        items = items[first:first + count]
        head = {"kind": "List", "apiVersion": "v1", "metadata": metadata}
        pieces = [json.dumps(head).encode()[:-1] + b', "items": [']
        for place, item in enumerate(items):
            pieces.append((b", " if place else b"") + (item if isinstance(item, bytes) else json.dumps(item).encode()))
        self.reply_pieces(pieces + [b"]}"])

    def stream(self, kind, version, seconds):
        events, end = self.server.watch(kind, version), time.monotonic() + seconds
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        try:
            while (rest := end - time.monotonic()) > 0:
                try:
                    line, told = events.get(timeout=rest)
                except queue.Empty:
                    break
                told(time.monotonic())
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        except OSError:
            return

    def do_PATCH(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.objects is not None:
            return self.reply_pieces([self.server.keep(*self.target(), body, self.path.partition("?")[0].endswith("/status"))])
        config = self.server.lists["bgpnodeconfigs"][0]
        version = self.server.next_version()
        answer = dict(config, status=body.get("status"), metadata=dict(config["metadata"], resourceVersion=version))
        self.reply(answer)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.objects is None or "name" not in body["metadata"]:
            return self.reply(body, 201)
        kind = self.path.partition("?")[0].rpartition("/")[2]
        self.reply_pieces([self.server.keep(kind, *identity(body), body, False)], 201)

    def target(self):
        """Plural, namespace if any, and name of the object that the path is about."""
        steps = self.path.partition("?")[0].removesuffix("/status").strip("/").split("/")
        return steps[-2], steps[steps.index("namespaces") + 1] if "namespaces" in steps else None, steps[-1]
