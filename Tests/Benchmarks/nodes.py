#!/usr/bin/env python3
"""How fast bgp-operator writes the configuration of every node, beside a plain client that writes the same.

    swift build -c release --product bgp-operator
    swift build -c release --product bgp-lab
    Tests/Benchmarks/nodes.py .build/release [--nodes 1000] [--rounds 5]

The API server is the lab's, in a process of its own. The plain client sends the very requests of the operator, prepared
beforehand, over 8 connections, one at a time on each: how long the server needs for them at least. Both times run from the first
object that a watch sees to the last. How many writes are under way is counted in a run of its own, between operator and server.
"""
import argparse
import asyncio
import contextlib
import http.client
import json
import os
import socket
import statistics
import tempfile
import threading
import time

import addresses
from addresses import PORT, send, start_lab, start_operator, ticks, wait

API = "/apis/martlet.dev/v2"
CONFIGS = f"{API}/bgpnodeconfigs"
PROXY_PORT = 17445
APPLY = "application/apply-patch+yaml"


class Watch(threading.Thread):
    """Notes when every BGPNodeConfig was seen last."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.lock = {}, threading.Lock()
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)
        self.connection.request("GET", f"{CONFIGS}?watch=1&resourceVersion={send('GET', CONFIGS)[1]['metadata']['resourceVersion']}")
        self.answer = self.connection.getresponse()
        self.start()

    def run(self):
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException, AttributeError):
            while line := self.answer.readline():
                now, event = time.monotonic(), json.loads(line)
                if event["type"] in ("ADDED", "MODIFIED"):
                    with self.lock:
                        self.seen[event["object"]["metadata"]["name"]] = now

    def span(self, count, what):
        """Waits until so many were seen; the time from the first to the last, and that of the last."""
        wait(what, lambda: len(self.seen) >= count)
        with self.lock:
            times, self.seen = sorted(self.seen.values()), {}
        return times[-1] - times[0], times[-1]


def create_cluster(count):
    """Nodes, and a BGPClusterConfig that selects them all."""
    for number in range(count):
        status, answer = send("POST", "/api/v1/nodes", {
            "apiVersion": "v1", "kind": "Node", "metadata": {"name": f"n{number:04}", "labels": {"kubernetes.io/hostname": f"n{number}"}},
            "status": {"addresses": [{"type": "InternalIP", "address": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"}]}})
        assert status == 201, answer
    for kind, name, plural, spec in (
            ("BGPPeerConfig", "tor", "bgppeerconfigs", {"families": [{"afi": "ipv4", "safi": "unicast"}]}),
            ("BGPClusterConfig", "all", "bgpclusterconfigs", {"bgpInstances": [{"name": "main", "localASN": 65001, "peers": [
                {"name": f"tor-{number}", "peerASN": 65000, "peerAddress": f"192.0.2.{number}", "peerConfigRef": {"name": "tor"}}
                for number in range(1, 5)]}]})):
        status, answer = send("POST", f"{API}/{plural}", {"apiVersion": "martlet.dev/v2", "kind": kind, "metadata": {"name": name},
                                                          "spec": spec})
        assert status == 201, answer


def edit(asn):
    """Changes something on every node."""
    path = f"{API}/bgpclusterconfigs/all"
    config = send("GET", path)[1]
    config["spec"]["bgpInstances"][0]["localASN"] = asn
    status, answer = send("PUT", path, config)
    assert status == 200, answer


def requests(configs, asn):
    """What the operator sends for these configurations."""
    for config in configs:
        meta = {key: config["metadata"][key] for key in ("name", "ownerReferences", "labels", "annotations") if key in config["metadata"]}
        for instance in config["spec"]["bgpInstances"]:
            instance["localASN"] = asn
        body = json.dumps({"apiVersion": config["apiVersion"], "kind": config["kind"], "metadata": meta, "spec": config["spec"]},
                          separators=(",", ":")).encode()
        yield (f"PATCH {CONFIGS}/{meta['name']}?fieldManager=bgp-operator&force=true HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n"
               f"Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json\r\nContent-Type: {APPLY}\r\n"
               f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def write_plainly(prepared, connections=8):
    """Sends requests over some connections, one at a time on each."""
    def work(mine):
        with socket.create_connection(("127.0.0.1", PORT)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in mine:
                connection.sendall(request)
                head, rest = b"", b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(1 << 16)
                head, _, rest = head.partition(b"\r\n\r\n")
                assert head.split(b" ", 2)[1] in (b"200", b"201"), head
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                while len(rest) < length:
                    rest += connection.recv(1 << 16)

    threads = [threading.Thread(target=work, args=(prepared[place::connections],)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Counter(threading.Thread):
    """Passes on what operator and server say, and counts the writes that are not answered yet."""

    def __init__(self):
        super().__init__(daemon=True)
        self.under_way, self.most, self.ready = 0, 0, threading.Event()
        self.start()
        self.ready.wait()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        async with await asyncio.start_server(self.accept, "127.0.0.1", PROXY_PORT, backlog=512) as listener:
            self.ready.set()
            await listener.serve_forever()

    async def accept(self, reader, writer):
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", PORT)
        state = {"asked": 0}

        async def copy(source, target, count):
            with contextlib.suppress(OSError):
                while piece := await source.read(1 << 16):
                    count(piece)
                    target.write(piece)
                    await target.drain()
            target.close()

        def asked(piece):
            count = piece.count(b"PATCH " + CONFIGS.encode())
            state["asked"] += count
            self.under_way += count
            self.most = max(self.most, self.under_way)

        def answered(piece):
            count = min(state["asked"], piece.count(b"HTTP/1.1 "))
            state["asked"] -= count
            self.under_way -= count

        await asyncio.gather(copy(reader, inner_writer, asked), copy(inner_reader, writer, answered))


@contextlib.contextmanager
def world(options, through=PORT):
    """An API server with all that there is to render, and the operator to be started on it."""
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "log"), "w+") as log:
        lab = start_lab(options.programs, folder, log)
        running = [lab]
        try:
            wait("the API server", lambda: send("GET", CONFIGS)[0] == 200, 60)
            create_cluster(options.nodes)
            path = os.path.join(folder, "kubeconfig")
            with open(path) as file:
                text = file.read()
            with open(path, "w") as file:
                file.write(text.replace(f":{PORT}", f":{through}"))

            def start():
                running.append(start_operator(options.programs, folder, log))
                return running[-1]

            yield start
        except BaseException:
            log.seek(0)
            print(log.read()[-4000:])
            raise
        finally:
            for process in reversed(running):
                process.kill()
                process.wait()
            if hasattr(addresses.local, "connection"):
                del addresses.local.connection


def measure(options):
    """Times of one world: the operator's first writes and an edit, and the same by the plain client."""
    with world(options) as start:
        watch = Watch()
        operator = start()
        first, _ = watch.span(options.nodes, "the first configurations")
        time.sleep(0.5)
        used, began = ticks(operator.pid), time.monotonic()
        edit(65002)
        edited, last = watch.span(options.nodes, "the edited configurations")
        time.sleep(0.5)
        cpu = ticks(operator.pid) - used
        operator.kill()
        operator.wait()
        configs = send("GET", CONFIGS)[1]["items"]
        prepared = list(requests(configs, 65003))
        write_plainly(prepared)
        plain_edited, _ = watch.span(options.nodes, "the plain client's edit")
        for config in configs:
            send("DELETE", f"{CONFIGS}/{config['metadata']['name']}")
        write_plainly(prepared)
        plain_first, _ = watch.span(options.nodes, "the plain client's first writes")
        return first, plain_first, edited, plain_edited, last - began, cpu


def count(options):
    """The most writes under way at a time."""
    with world(options, through=PROXY_PORT) as start:
        counter, watch = Counter(), Watch()
        start()
        watch.span(options.nodes, "the configurations")
        return counter.most


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help="the folder with bgp-operator and bgp-lab")
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rows = [measure(options) for _ in range(options.rounds)]
    first, plain_first, edited, plain_edited, whole, cpu = (statistics.median(column) for column in zip(*rows))
    print(f"{options.nodes} nodes, first written: {first:.2f} s, the plain client {plain_first:.2f} s; "
          f"{statistics.median(row[0] / row[1] for row in rows):.2f} x (median of {options.rounds})")
    print(f"an edit of all: {edited:.2f} s, the plain client {plain_edited:.2f} s; "
          f"{statistics.median(row[2] / row[3] for row in rows):.2f} x; from the edit to the last {whole:.2f} s, "
          f"{cpu:.2f} s of the operator's CPU")
    print(f"{count(options)} writes under way at most")


if __name__ == "__main__":
    main()
