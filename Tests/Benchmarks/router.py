"""A BGP router that is just enough to be announced to: it takes any OPEN, answers KEEPALIVEs, and notes when UPDATEs arrive."""
import socket
import struct
import threading
import time

MARKER = b"\xff" * 16


class Router(threading.Thread):
    """Listens on one address and port, and holds the session that is opened last.

    `prefixes` are the routes it has, `updates` how many UPDATEs came, `last` when the last did (`time.monotonic`), `sessions`
    how many connections were opened.
    """

    def __init__(self, address, port, asn=65000, identifier="192.0.2.254"):
        super().__init__(daemon=True)
        self.asn, self.identifier = asn, identifier
        self.listener = socket.create_server((address, port))
        self.port = self.listener.getsockname()[1]
        self.established, self.ended = threading.Event(), threading.Event()
        self.changed = threading.Condition()
        self.prefixes, self.updates, self.last = set(), 0, 0.0
        self.sessions = 0
        self.start()

    def run(self):
        while not self.ended.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.speak, args=(connection,), daemon=True).start()

    def close(self):
        self.ended.set()
        self.listener.close()

    def speak(self, connection):
        self.sessions += 1
        # 4-octet AS, IPv4 unicast; a hold time of 90 s.
        capabilities = b"\x41\x04" + struct.pack("!I", self.asn) + b"\x01\x04\x00\x01\x00\x01"
        parameters = b"\x02" + bytes([len(capabilities)]) + capabilities
        body = struct.pack("!BHH", 4, min(self.asn, 23456), 90) + socket.inet_aton(self.identifier)
        self.send(connection, 1, body + bytes([len(parameters)]) + parameters)
        received = b""
        with connection:
            while True:
                try:
                    data = connection.recv(1 << 16)
                except OSError:
                    return
                if not data:
                    return
                now = time.monotonic()
                received += data
                while len(received) >= 19:
                    length, kind = struct.unpack("!HB", received[16:19])
                    if len(received) < length:
                        break
                    self.take(connection, kind, received[19:length], now)
                    received = received[length:]

    def take(self, connection, kind, body, now):
        if kind == 1:
            self.send(connection, 4, b"")
        elif kind == 4:
            if not self.established.is_set():
                self.prefixes.clear()
                self.established.set()
            self.send(connection, 4, b"")
        elif kind == 2:
            (withdrawn,) = struct.unpack("!H", body[:2])
            gone = set(self.nlri(body[2:2 + withdrawn]))
            (attributes,) = struct.unpack("!H", body[2 + withdrawn:4 + withdrawn])
            new = set(self.nlri(body[4 + withdrawn + attributes:]))
            with self.changed:
                self.prefixes = self.prefixes - gone | new if len(gone) + len(new) > 64 else self.prefixes
                if len(gone) + len(new) <= 64:
                    self.prefixes.difference_update(gone)
                    self.prefixes.update(new)
                self.updates, self.last = self.updates + 1, now
                self.changed.notify_all()

    @staticmethod
    def nlri(data):
        place = 0
        while place < len(data):
            octets = (data[place] + 7) // 8
            yield data[place:place + 1 + octets]
            place += 1 + octets

    @staticmethod
    def send(connection, kind, body):
        try:
            connection.sendall(MARKER + struct.pack("!HB", 19 + len(body), kind) + body)
        except OSError:
            pass

    def wait(self, condition, seconds=60):
        """Until a condition on this router holds; when the UPDATE came that made it so."""
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self), seconds):
                raise TimeoutError(f"after {seconds} s: {len(self.prefixes)} prefixes in {self.updates} UPDATEs")
            return self.last


def prefix(text):
    """The wire form of an IPv4 host route."""
    return b"\x20" + socket.inet_aton(text)
