#!/usr/bin/env python3
"""How much CPU bgp-operator needs to give services their addresses: a cold start, and one service more.

    swift build -c release --product bgp-operator
    swift build -c release --product bgp-lab
    Tests/Benchmarks/addresses.py .build/release [--services 10000] [--pools 1]

The API server is the lab's, in a process of its own, so that what is measured is the operator alone: the program as it runs in
a pod, with reading, deciding, writing and the answers. The kernel counts the CPU (/proc/PID), so this needs Linux.
"""
import argparse
import concurrent.futures
import http.client
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time

PORT = 17443
TLS_PORT = 17444
HERE = os.path.dirname(os.path.realpath(__file__))
POOLS = "/apis/martlet.dev/v2/loadbalancerippools"
SERVICES = "/api/v1/namespaces/default/services"
local = threading.local()


def send(method, path, body=None):
    """Sends a request over this thread's connection and returns the answer's status and content."""
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        local.connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        answer = local.connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        del local.connection
        return 0, {}


def create(number):
    """Creates a service of type LoadBalancer."""
    status, answer = send("POST", SERVICES, {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": f"s{number}", "labels": {"app": f"app-{number % 100}"}},
        "spec": {"type": "LoadBalancer", "selector": {"app": f"app-{number % 100}"}, "ports": [{"name": "http", "port": 80}]}})
    assert status == 201, answer


def create_pool(name, cidr):
    status, answer = send("POST", POOLS, {"apiVersion": "martlet.dev/v2", "kind": "LoadBalancerIPPool",
                                          "metadata": {"name": name}, "spec": {"blocks": [{"cidr": cidr}]}})
    assert status == 201, answer


def start_lab(programs, folder, log):
    """Starts the lab's API server with our kinds; its kubeconfig is in `folder`."""
    crds = os.path.join(HERE, "..", "..", "crds")
    paths = [os.path.join(crds, name) for name in sorted(os.listdir(crds)) if name.endswith("s.yaml")]
    return subprocess.Popen([os.path.join(programs, "bgp-lab"), "--api-only", "--port", str(PORT), "--directory", folder,
                             *[word for path in paths for word in ("--crds", path)]], stdout=log, stderr=log)


def start_tls(folder, log, rate):
    """TLS in front of the API server; the folder's kubeconfig names it from then on."""
    front = subprocess.Popen([os.path.join(HERE, "tls.py"), str(TLS_PORT), str(PORT), folder, str(rate)],
                             stdout=subprocess.PIPE, stderr=log)
    front.stdout.readline()
    with open(os.path.join(folder, "kubeconfig"), "w") as file:
        json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "c", "users": [{"name": "u", "user": {"token": "t"}}],
                   "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "clusters": [{"name": "c", "cluster": {
                       "server": f"https://127.0.0.1:{TLS_PORT}", "certificate-authority": os.path.join(folder, "ca.pem")}}]}, file)
    return front


def start_operator(programs, folder, log, *more):
    return subprocess.Popen([
        os.path.join(programs, "bgp-operator"), "--kubeconfig", os.path.join(folder, "kubeconfig"), "--namespace", "default",
        "--admin-address", "none", "--no-leader-elect", "--log-level", "warning", *more], stdout=log, stderr=log)


def wait(what, condition, limit=600):
    """Waits until a condition holds."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {limit} s"
        time.sleep(0.02)


def used():
    """How many addresses the pools have given, by their own status."""
    return sum(int(pool.get("status", {}).get("ipv4", {}).get("used", 0)) for pool in send("GET", POOLS)[1].get("items", []))


def ticks(pid):
    """Seconds of CPU since the start of a process, ended threads included, in steps of 10 ms."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def nanoseconds(pid):
    """Seconds of CPU of the threads that a process has, to the nanosecond."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def idle(pid):
    """Waits until a process has had nothing to do for a while, and returns its CPU."""
    last, since = nanoseconds(pid), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        now = nanoseconds(pid)
        if now - last > 0.0005:
            since = time.monotonic()
        last = now
    return last


def resident(pid):
    """The most memory that a process had, and what it has now, in MiB."""
    with open(f"/proc/{pid}/status") as file:
        lines = dict(line.split(":", 1) for line in file)
    return [int(lines[name].split()[0]) // 1024 for name in ("VmHWM", "VmRSS")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help="the folder with bgp-operator and bgp-lab")
    parser.add_argument("--services", type=int, default=10_000)
    parser.add_argument("--pools", type=int, default=1)
    parser.add_argument("--tls", action="store_true", help="speak TLS to the API server, as pods do")
    parser.add_argument("--rate", type=int, default=0, help="with --tls, how many writes a second the API server takes")
    parser.add_argument("--live", action="store_true", help="start the operator first, so that services come while it works")
    parser.add_argument("--more", type=int, default=20, help="how many are added one by one afterwards")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "log"), "wb") as log:
        lab = start_lab(options.programs, folder, log)
        operator = front = None
        try:
            wait("the API server", lambda: send("GET", POOLS)[0] == 200, 60)
            if options.tls:
                front = start_tls(folder, log, options.rate)
            for number in range(options.pools):
                create_pool(f"pool-{number:02}", f"10.{number}.0.0/16")
            start = time.monotonic()

            def begin():
                # All services are in one namespace here.
                return start_operator(options.programs, folder, log, "--max-addresses-per-namespace", "0")

            if options.live:
                operator = begin()
                time.sleep(1)
                start = time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(8) as workers:
                list(workers.map(create, range(options.services)))
            if not options.live:
                start, operator = time.monotonic(), begin()
            wait("every address", lambda: used() == options.services)
            served = time.monotonic() - start
            cpu = ticks(operator.pid)
            settled = idle(operator.pid)
            peak, now = resident(operator.pid)
            print(f"{options.services} services, {options.pools} pools, {'live' if options.live else 'cold'}: {cpu:.2f} s of CPU until all are served "
                  f"({served:.1f} s by the clock), {ticks(operator.pid):.2f} s until idle; {peak} MiB at most, {now} MiB then")
            costs, times = [], []
            for number in range(options.more):
                before, began = settled, time.monotonic()
                name = options.services + number
                create(name)
                wait("one more", lambda: send("GET", f"{SERVICES}/s{name}")[1].get("status", {}).get("loadBalancer"), 60)
                times.append(time.monotonic() - began)
                settled = idle(operator.pid)
                costs.append(settled - before)
            print(f"one more at {options.services}: {statistics.median(costs) * 1000:.2f} ms of CPU (median of {options.more}, "
                  f"worst {max(costs) * 1000:.2f}), address after {statistics.median(times) * 1000:.0f} ms")
        except BaseException:
            with open(os.path.join(folder, "log")) as text:
                print(text.read()[-4000:])
            raise
        finally:
            for process in filter(None, (operator, front, lab)):
                process.kill()
                process.wait()


if __name__ == "__main__":
    main()
