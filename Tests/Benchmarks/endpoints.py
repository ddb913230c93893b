#!/usr/bin/python3
"""What one changed EndpointSlice costs a speaker, and how long it takes to the wire, by the number of services.

    MARTLET_SPEAKER=.build/release/bgp-speaker Tests/Benchmarks/endpoints.py [--changes 200] [--services 1000 50000]
        [--operator .build/release/bgp-operator]

The speaker runs as in a cluster, against an API server of this script's own: lists and watches over HTTP, its status written
back, its last good state kept. Every service has an address, traffic policy Local, and one slice with two endpoints, one of
them on the node. A change takes the node's endpoint away or gives it back, so each is one withdrawal or announcement. The clock
runs from just before the watch event is written to the arrival of the UPDATE at the router, which is this script too: both
are in the time. CPU is that of the whole process over all changes and the five seconds after them, less what it costs at rest,
so what is put off counts too. It needs no root and no network but 127.0.0.1.

With `--operator` an operator follows, on a server of its own with the same services and fifty pools, which have all their
addresses: it records them as claims and says so on every Service. Its memory is printed when all are.
"""
import argparse
import os
import statistics
import tempfile
import time

from apiserver import APIServer
from objects import address, advertisement, endpoint_slice, node, node_config, peer_config, pool, service
from process import Process
from router import Router, prefix


def namespace(number):
    """A thousand services each, so that no namespace brings more routes than one may."""
    return f"team-{number // 1000}"


def measure(services, changes):
    router = Router("127.0.0.1", 0)
    server = APIServer({
        "nodes": [node()], "bgpnodeconfigs": [node_config([{"name": "tor", "peerAddress": "127.0.0.1"}])],
        "bgppeerconfigs": [peer_config(router.port)], "bgpadvertisements": [advertisement("LoadBalancerIP")],
        "services": [service(i, namespace(i)) for i in range(services)],
        "endpointslices": [endpoint_slice(i, True, 1, namespace(i)) for i in range(services)]})
    with tempfile.TemporaryDirectory() as folder:
        config = f"{folder}/kubeconfig"
        server.write_kubeconfig(config)
        speaker = Process("--node", "bench", "--kubeconfig", config, "--admin-address", "127.0.0.1:0",
                          "--health-address", "127.0.0.1:0", "--datapath-probe", "none",
                          "--state-dir", f"{folder}/state", "--log-level", "warning")
        try:
            router.wait(lambda it: len(it.prefixes) == services, 300)
            time.sleep(6)
            before = speaker.cpu()
            time.sleep(5)
            idle = speaker.cpu() - before
            print(f"{services:8} services: loaded with {before:.2f} s of CPU, {100 * idle / 5:.2f} % of a core at rest", flush=True)
            times, started, before, sent = [], time.monotonic(), speaker.cpu(), []
            for index in range(changes):
                # Spread over all services; every second change gives back what the one before took.
                number = index // 2 * 7919 % services
                route, is_ready = prefix(address(number, 20)), index % 2 == 1
                server.change("endpointslices", lambda version: endpoint_slice(number, is_ready, version, namespace(number)), sent.append)
                arrived = router.wait(lambda it: (route in it.prefixes) == is_ready)
                times.append(1000 * (arrived - sent[-1]))
                time.sleep(0.02)
            time.sleep(5)
            rest = idle * (time.monotonic() - started) / 5
            cost = 1e6 * (speaker.cpu() - before - rest) / changes
            times.sort()
            print(f"{services:8} services: {cost:7.0f} us of CPU a change, on the wire after {statistics.median(times):.2f} ms "
                  f"(95 %: {times[len(times) * 95 // 100]:.2f}, most {times[-1]:.2f}), {memory(speaker)}", flush=True)
            return cost
        finally:
            log = speaker.end()
            if log:
                print(log[-2000:])
            router.close()
            server.shutdown()


def memory(process):
    now, most = process.memory()
    return f"{now:.1f} MiB, {most:.1f} at most"


def measure_operator(program, services):
    """What an operator holds, of whose pools services have addresses already."""
    pools = 50
    server = APIServer({
        "nodes": [node()], "services": [service(i, namespace(i)) for i in range(services)],
        "loadbalancerippools": [pool(i, 20) for i in range(pools)]}, paged=True, keeps=True)
    with tempfile.TemporaryDirectory() as folder:
        config = f"{folder}/kubeconfig"
        server.write_kubeconfig(config)
        operator = Process("--kubeconfig", config, "--namespace", "martlet-system", "--admin-address", "none",
                           "--health-address", "127.0.0.1:0", "--no-leader-elect", "--log-level", "warning", program=program)
        try:
            end = time.monotonic() + 600
            while sum(int(item.get("status", {}).get("ipv4", {}).get("used", 0)) for key, item in list(server.objects.items())
                      if key[0] == "loadbalancerippools") < services or any(
                          not item["status"].get("conditions") for key, item in list(server.objects.items())
                          if key[0] == "services"):
                assert time.monotonic() < end, "not every address is claimed"
                time.sleep(0.5)
            cpu = operator.cpu()
            time.sleep(10)
            print(f"{services:8} services, {pools} pools: an operator served them with {cpu:.2f} s of CPU, {memory(operator)}",
                  flush=True)
        finally:
            log = operator.end()
            if log:
                print(log[-2000:])
            server.shutdown()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--services", type=int, nargs="+", default=[1000, 50_000])
    parser.add_argument("--operator", help="the program, to measure its memory too")
    args = parser.parse_args()
    costs = [measure(size, args.changes) for size in args.services]
    if args.operator:
        measure_operator(os.path.abspath(args.operator), args.services[-1])
    if len(costs) > 1:
        print(f"{args.services[-1]} cost {costs[-1] / costs[0]:.2f} times the CPU of {args.services[0]}")


main()
