#!/usr/bin/env python3
"""What bgp-operator takes in a cluster with many large Services: memory, time and CPU until all of them are served.

    swift build -c release --static-swift-stdlib --product bgp-operator
    swift build -c release --static-swift-stdlib --product bgp-lab
    Tests/Benchmarks/large.py .build/release [--services 1500] [--type LoadBalancer] [--shared]

Each Service is 345 kB of JSON: an annotation of 250 kB, 200 labels, 1,000 ports. With `--shared` each has a sharing key too, so
that its ports matter to who gets which address. The API server is the lab's, in a process of its own. Linux only (/proc).
"""
import argparse
import concurrent.futures
import os
import tempfile
import time

from addresses import POOLS, SERVICES, create_pool, resident, send, start_lab, start_operator, ticks, used, wait

LABELS = {f"label-number-{i}": f"value-{i}" for i in range(200)}
PORTS = [{"name": f"port-{i}", "port": i + 1, "targetPort": i + 1, "protocol": "TCP"} for i in range(1000)]
TEXT = "y" * 250_000


def create(number, kind, shared):
    annotations = {"x": TEXT}
    if shared:
        annotations["martlet.dev/sharing-key"] = f"key-{number}"
    status, answer = send("POST", SERVICES, {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": f"s{number}", "labels": LABELS, "annotations": annotations},
        "spec": {"type": kind, "selector": {"app": "large"}, "ports": PORTS}})
    assert status == 201, answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help="the folder with bgp-operator and bgp-lab")
    parser.add_argument("--services", type=int, default=1500)
    parser.add_argument("--type", default="LoadBalancer", choices=["LoadBalancer", "ClusterIP"])
    parser.add_argument("--shared", action="store_true", help="give each a sharing key")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "log"), "wb") as log:
        lab = start_lab(options.programs, folder, log)
        operator = None
        try:
            wait("the API server", lambda: send("GET", POOLS)[0] == 200, 60)
            create_pool("pool", "10.0.0.0/16")
            with concurrent.futures.ThreadPoolExecutor(4) as workers:
                list(workers.map(lambda number: create(number, options.type, options.shared), range(options.services)))
            # One small Service that is served tells that the large ones have been read, whatever their type.
            small = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "small"},
                     "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}
            assert send("POST", SERVICES, small)[0] == 201
            wanted = 1 + (options.services if options.type == "LoadBalancer" else 0)
            start = time.monotonic()
            operator = start_operator(options.programs, folder, log)
            wait("every address", lambda: used() == wanted)
            served, cpu = time.monotonic() - start, ticks(operator.pid)
            time.sleep(5)
            peak, now = resident(operator.pid)
            print(f"{options.services} {options.type} Services of 345 kB{', shared' if options.shared else ''}: {peak} MiB at most, "
                  f"{now} MiB then; all served after {served:.1f} s, {cpu:.2f} s of CPU")
        except BaseException:
            with open(os.path.join(folder, "log")) as text:
                print(text.read()[-4000:])
            raise
        finally:
            for process in filter(None, (operator, lab)):
                process.kill()
                process.wait()


main()
