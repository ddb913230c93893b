"""bgp-speaker --manifests.  Routes are BGPAdvertisements of type Prefixes, one file for 256 of them; a change is a new file in
the place of the old one.  MARTLET_SPEAKER names the program; without it, the one in PATH."""
import json
import os
import shutil
import subprocess

from drivers import Driver
from lab import PEER_AS, SPEAKER_AS

PROGRAM = os.environ.get("MARTLET_SPEAKER", "bgp-speaker")
API = "martlet.dev/v2"
CHUNK = 256         # the most that one entry of an advertisement may list


class Speaker(Driver):
    name = "martlet"
    version_argv = ["git", "-C", os.path.dirname(os.path.realpath(PROGRAM)), "describe", "--always", "--dirty"]

    @classmethod
    def available(cls):
        return subprocess.run([PROGRAM, "--help"], capture_output=True).returncode == 0

    def start(self, peers, family, routes, accept=True, active=False):
        lab, self.family, self.peers, self.have = self.lab, family, peers, set(range(routes))
        for folder in ("manifests", "next"):
            shutil.rmtree(lab.path(folder), ignore_errors=True)
            os.mkdir(lab.path(folder))
        self.write("node", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "bench"}, "status": {
            "addresses": [{"type": "InternalIP", "address": lab.speaker[4]}]}})
        self.write("cluster", {"apiVersion": API, "kind": "BGPClusterConfig", "metadata": {"name": "bench"}, "spec": {
            "bgpInstances": [{"name": "bench", "localASN": SPEAKER_AS, "localPort": 179, "peers": [
                {"name": f"p{i}", "peerAddress": lab.peer(i, family), "peerASN": PEER_AS, "peerConfigRef": {"name": "bench"}}
                for i in range(peers)]}]}})
        self.write("peer", {"apiVersion": API, "kind": "BGPPeerConfig", "metadata": {"name": "bench"}, "spec": {
            "gracefulRestart": {"enabled": True},
            "families": [{"afi": f"ipv{family}", "safi": "unicast", "advertisements": {"matchLabels": {"bgp": "bench"}}}]}})
        self.write_routes(range(routes), "manifests")
        lab.spawn([PROGRAM, "--node", "bench", "--manifests", lab.path("manifests"), "--admin-address", "127.0.0.1:9179",
                   "--datapath-probe", "none", "--log-level", "warning"], "speaker.log")

    def write(self, name, thing, folder="manifests"):
        self.lab.write(f"{folder}/{name}.json", json.dumps(thing))

    def write_routes(self, changed, folder):
        for chunk in sorted({i // CHUNK for i in changed}):
            some = [i for i in range(chunk * CHUNK, (chunk + 1) * CHUNK) if i in self.have]
            thing = {"apiVersion": API, "kind": "BGPAdvertisement",
                     "metadata": {"name": f"routes-{chunk}", "labels": {"bgp": "bench" if some else "none"}},
                     "spec": {"advertisements": [{"advertisementType": "Prefixes", "prefixes": [
                         self.lab.prefix(i, self.family) for i in some] or ["192.0.2.0/24"]}]}}
            self.write(f"routes-{chunk:05}", thing, folder)

    def ready(self):
        self.wait_for("listening", self.listening)
        self.wait_for("routes", lambda: self.metric("martlet_bgp_prefixes_desired") == [len(self.have)] * self.peers)

    def metric(self, name):
        """The values of a gauge, one a peer."""
        out = subprocess.run(["ip", "netns", "exec", self.lab.ns_speaker, "curl", "-sf", "http://127.0.0.1:9179/metrics"],
                             check=True, capture_output=True, text=True).stdout
        return [int(float(line.split()[-1])) for line in out.splitlines() if line.startswith(name + "{")]

    def prepare(self, announce, first, count):          # the new files are written before the clock starts
        some = set(range(first, first + count))
        self.have = self.have | some if announce else self.have - some
        self.write_routes(some, "next")

    def announce(self, first, count):
        for name in sorted(os.listdir(self.lab.path("next"))):
            os.rename(self.lab.path(f"next/{name}"), self.lab.path(f"manifests/{name}"))

    withdraw = announce

    def received(self):
        return self.metric("martlet_bgp_prefixes_received")[0]
