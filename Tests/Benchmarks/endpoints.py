#!/usr/bin/python3
"""What one changed EndpointSlice costs a speaker, and how long it takes to the wire, by the number of services.

    MARTLET_SPEAKER=.build/release/bgp-speaker Tests/Benchmarks/endpoints.py [--changes 200] [--services 1000 50000]

The speaker runs as in a cluster, against an API server of this script's own: lists and watches over HTTP, its status written
back, its last good state kept. Every service has an address, traffic policy Local, and one slice with two endpoints, one of
them on the node. A change takes the node's endpoint away or gives it back, so each is one withdrawal or announcement. The clock
runs from just before the watch event is written to the arrival of the UPDATE at the router, which is this script too: both
are in the time. CPU is that of the whole process over all changes and the five seconds after them, less what it costs at rest,
so what is put off counts too. It needs no root and no network but 127.0.0.1.
"""
import argparse
import http.server
import json
import queue
import statistics
import sys
import tempfile
import threading
import time

from process import Process
from router import Router, prefix

API = "martlet.dev/v2"


def service(number):
    return {"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": f"s{number}", "namespace": "default", "uid": f"s{number}", "resourceVersion": "1"},
            "spec": {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "clusterIP": address(number, 100)},
            "status": {"loadBalancer": {"ingress": [{"ip": address(number, 20)}]}}}


def address(number, first):
    return f"{first}.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def endpoint_slice(number, is_ready, version=1):
    def endpoint(node, ready):
        return {"addresses": ["10.0.0.1"], "nodeName": node, "conditions": {"ready": ready, "serving": ready, "terminating": False}}
    return {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": f"s{number}-x", "namespace": "default", "uid": f"e{number}", "resourceVersion": str(version),
                         "labels": {"kubernetes.io/service-name": f"s{number}"}},
            "endpoints": [endpoint("bench", is_ready), endpoint("other", True)]}


class World:
    """What the API server serves, and the watches that wait for slices."""

    def __init__(self, services, port):
        node_config = {"apiVersion": API, "kind": "BGPNodeConfig",
                       "metadata": {"name": "bench", "uid": "n", "resourceVersion": "1", "generation": 1},
                       "spec": {"bgpInstances": [{"name": "i", "localASN": 65001, "routerID": "10.0.0.1", "peers": [
                           {"name": "tor", "peerAddress": "127.0.0.1", "peerASN": 65000, "peerConfigRef": {"name": "tor"}}]}]}}
        peer_config = {"apiVersion": API, "kind": "BGPPeerConfig",
                       "metadata": {"name": "tor", "uid": "p", "resourceVersion": "1", "generation": 1},
                       "spec": {"transport": {"peerPort": port},
                                "families": [{"afi": "ipv4", "safi": "unicast", "advertisements": {}}]}}
        advertisement = {"apiVersion": API, "kind": "BGPAdvertisement",
                         "metadata": {"name": "all", "uid": "a", "resourceVersion": "1", "generation": 1},
                         "spec": {"advertisements": [{"advertisementType": "Service", "selector": {},
                                                      "service": {"addresses": ["LoadBalancerIP"]}}]}}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "bench", "uid": "n", "resourceVersion": "1"}}
        self.lists = {"nodes": [node], "bgpnodeconfigs": [node_config], "bgppeerconfigs": [peer_config],
                      "bgpadvertisements": [advertisement], "services": [service(i) for i in range(services)],
                      "endpointslices": [endpoint_slice(i, True) for i in range(services)]}
        self.watches, self.lock, self.version = {}, threading.Lock(), 1

    def watch(self, kind):
        events = queue.SimpleQueue()
        with self.lock:
            self.watches[kind] = events
        return events

    def change(self, number, is_ready):
        self.version += 1
        line = json.dumps({"type": "MODIFIED", "object": endpoint_slice(number, is_ready, self.version)}) + "\n"
        self.watches["endpointslices"].put(line)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def reply(self, thing, status=200):
        body = json.dumps(thing).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def do_GET(self):
        path, _, query = self.path.partition("?")
        kind = path.split("/")[-1]
        if "watch=" in query:
            return self.stream(kind)
        items = self.server.world.lists.get(kind, [])
        self.reply({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items})

    def stream(self, kind):
        events = self.server.world.watch(kind)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        while True:
            line = events.get().encode()
            try:
                self.server.world.sent = time.monotonic()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.wfile.flush()
            except OSError:
                return

    def do_PATCH(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        config = self.server.world.lists["bgpnodeconfigs"][0]
        self.server.world.version += 1
        answer = dict(config, status=body.get("status"),
                      metadata=dict(config["metadata"], resourceVersion=str(self.server.world.version)))
        self.reply(answer)

    def do_POST(self):
        self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))), 201)


def measure(services, changes):
    router = Router("127.0.0.1", 0)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.world = world = World(services, router.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        config = f"{folder}/kubeconfig"
        with open(config, "w") as file:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "c", "users": [{"name": "u", "user": {}}],
                       "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "clusters": [
                           {"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}]}, file)
        speaker = Process("--node", "bench", "--kubeconfig", config, "--admin-address", "127.0.0.1:0", "--datapath-probe", "none",
                          "--state-dir", f"{folder}/state", "--log-level", "warning")
        try:
            router.wait(lambda it: len(it.prefixes) == services, 300)
            time.sleep(6)
            before = speaker.cpu()
            time.sleep(5)
            idle = speaker.cpu() - before
            print(f"{services:8} services: loaded with {before:.2f} s of CPU, {100 * idle / 5:.2f} % of a core at rest", flush=True)
            times, started, before = [], time.monotonic(), speaker.cpu()
            for index in range(changes):
                # Spread over all services; every second change gives back what the one before took.
                number = index // 2 * 7919 % services
                route, is_ready = prefix(address(number, 20)), index % 2 == 1
                world.change(number, is_ready)
                arrived = router.wait(lambda it: (route in it.prefixes) == is_ready)
                times.append(1000 * (arrived - world.sent))
                time.sleep(0.02)
            time.sleep(5)
            rest = idle * (time.monotonic() - started) / 5
            cost = 1e6 * (speaker.cpu() - before - rest) / changes
            times.sort()
            print(f"{services:8} services: {cost:7.0f} us of CPU a change, on the wire after {statistics.median(times):.2f} ms "
                  f"(95 %: {times[len(times) * 95 // 100]:.2f}, most {times[-1]:.2f}), {speaker.memory()[0]:.1f} MiB",
                  flush=True)
            return cost
        finally:
            log = speaker.end()
            if log:
                print(log[-2000:])
            router.close()
            server.shutdown()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--services", type=int, nargs="+", default=[1000, 50_000])
    args = parser.parse_args()
    costs = [measure(size, args.changes) for size in args.services]
    if len(costs) > 1:
        print(f"{args.services[-1]} cost {costs[-1] / costs[0]:.2f} times the CPU of {args.services[0]}")


main()
