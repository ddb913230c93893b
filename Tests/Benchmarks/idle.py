#!/usr/bin/python3
"""What an idle speaker costs: 16 established peers, 1,000 routes, nothing happens.

    MARTLET_SPEAKER=.build/release/bgp-speaker Tests/Benchmarks/idle.py [--minutes 30]

The speaker reads a directory of manifests and dials sixteen routers of this script's own, each on an address of 127/8, so it
needs no root and no network. The hold time is 90 s on both sides: each peer sends and gets a KEEPALIVE every 30 s.

Measured from five seconds after the last router has all routes: the share of one core, and the resident memory, minute by
minute and over all. "wakes" are the times that any of its threads was scheduled, a second.
"""
import argparse
import json
import os
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


class Sample:
    def __init__(self, speaker):
        self.time, self.cpu, self.wakes = time.monotonic(), speaker.cpu(), speaker.wakes()
        self.resident, self.peak = speaker.memory()

    def since(self, before):
        """Percent of a core, and wakes a second."""
        seconds = self.time - before.time
        return 100 * (self.cpu - before.cpu) / seconds, (self.wakes - before.wakes) / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    minutes = parser.parse_args().minutes
    routers = [Router("127.0.1.1", 0)]
    routers += [Router(f"127.0.1.{i + 1}", routers[0].port) for i in range(1, PEERS)]
    with tempfile.TemporaryDirectory() as folder:
        manifests(folder, routers[0].port)
        speaker = Process("--node", "bench", "--manifests", folder, "--admin-address", "127.0.0.1:0", "--log-level", "warning")
        try:
            for router in routers:
                router.wait(lambda it: len(it.prefixes) == ROUTES)
            time.sleep(5)
            first = last = Sample(speaker)
            sessions = [router.sessions for router in routers]
            print("minute  % of a core  wakes/s  MiB now  MiB at most")
            while last.time - first.time < minutes * 60 - 1:
                time.sleep(min(60, minutes * 60 - (last.time - first.time)))
                now = Sample(speaker)
                share, wakes = now.since(last)
                print(f"{(now.time - first.time) / 60:6.1f}  {share:11.3f}  {wakes:7.1f}  {now.resident:7.2f}  {now.peak:11.2f}",
                      flush=True)
                last = now
            share, wakes = last.since(first)
            lost = sum(router.sessions for router in routers) - sum(sessions)
            print(f"all: {share:.3f} % of a core and {wakes:.1f} wakes a second over {(last.time - first.time) / 60:.1f} minutes, "
                  f"memory {last.resident - first.resident:+.2f} MiB; {PEERS} peers, {ROUTES} routes, {lost} sessions lost")
        finally:
            log = speaker.end()
            if log:
                print(log[-2000:])


main()
