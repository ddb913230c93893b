#!/usr/bin/python3
"""What an idle speaker costs: 16 established peers, 1,000 routes, nothing happens.

    MARTLET_SPEAKER=.build/release/bgp-speaker Tests/Benchmarks/idle.py [minutes]

Prints the share of one core and the resident memory, minute by minute and over all.
"""
import json
import os
import sys
import tempfile
import time

from process import Process
from router import Router

PEERS, ROUTES, API = 16, 1000, "martlet.dev/v2"


def manifests(folder, port):
    def write(name, thing):
        with open(os.path.join(folder, name + ".json"), "w") as file:
            json.dump(thing, file)

    write("node", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "bench"},
                   "status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}]}})
    write("cluster", {"apiVersion": API, "kind": "BGPClusterConfig", "metadata": {"name": "bench"}, "spec": {"bgpInstances": [
        {"name": "bench", "localASN": 65001, "peers": [
            {"name": f"p{i}", "peerAddress": f"127.0.1.{i + 1}", "peerASN": 65000, "peerConfigRef": {"name": "bench"}}
            for i in range(PEERS)]}]}})
    write("peer", {"apiVersion": API, "kind": "BGPPeerConfig", "metadata": {"name": "bench"}, "spec": {
        "transport": {"peerPort": port},
        "families": [{"afi": "ipv4", "safi": "unicast", "advertisements": {}}]}})
    for chunk in range(0, ROUTES, 250):
        write(f"routes-{chunk}", {"apiVersion": API, "kind": "BGPAdvertisement", "metadata": {"name": f"r{chunk}"}, "spec": {
            "advertisements": [{"advertisementType": "Prefixes", "prefixes": [
                f"172.16.{i // 256}.{i % 256}/32" for i in range(chunk, chunk + 250)]}]}})


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    routers = [Router("127.0.1.1", 0)]
    routers += [Router(f"127.0.1.{i + 1}", routers[0].port) for i in range(1, PEERS)]
    with tempfile.TemporaryDirectory() as folder:
        manifests(folder, routers[0].port)
        speaker = Process("--node", "bench", "--manifests", folder, "--admin-address", "127.0.0.1:0", "--log-level", "warning")
        for router in routers:
            router.wait(lambda it: len(it.prefixes) == ROUTES)
        time.sleep(5)
        start, cpu = time.monotonic(), speaker.cpu()
        before, spent = start, cpu
        print("minute  % of a core  MiB now  MiB at most")
        while before - start < minutes * 60:
            time.sleep(min(60, minutes * 60))
            now, used = time.monotonic(), speaker.cpu()
            resident, peak = speaker.memory()
            print(f"{(now - start) / 60:6.1f}  {100 * (used - spent) / (now - before):11.3f}  {resident:7.2f}  {peak:11.2f}",
                  flush=True)
            before, spent = now, used
        print(f"all: {100 * (spent - cpu) / (before - start):.3f} % of a core over {(before - start) / 60:.1f} minutes, "
              f"{PEERS} peers established, {ROUTES} routes")
        speaker.end()


main()
