#!/usr/bin/python3
"""Prints what bench.py measured as the table of Tests/Benchmarks/README.md.

  table.py RESULTS.jsonl [--ours martlet] [--other bird217]

Times are medians over the rounds; a multiple of the floor is the median of the multiples of each round, since `blast` ran
within seconds of the speaker there.  What was not measured, or failed in every round, is a dash.
"""
import argparse
import collections
import json
import statistics

MIB, KIB = 1 << 20, 1 << 10


class Results:
    """The good rows of one driver, by case and round."""

    def __init__(self, rows, driver):
        self.rows = collections.defaultdict(dict)
        for row in rows:
            if row["driver"] == driver and row["ok"]:
                self.rows[f"{row['test']} {row['case']}"][row["rep"]] = row

    def median(self, case, key):
        values = [row[key] for row in self.rows[case].values() if row.get(key) is not None]
        return statistics.median(values) if values else None

    def multiple(self, floor, case, key):
        pairs = [(row.get(key), floor.rows[case].get(rep, {}).get(key)) for rep, row in self.rows[case].items()]
        values = [ours / least for ours, least in pairs if ours and least]
        return statistics.median(values) if values else None

    def memory(self, case, key="rss"):
        value = self.median(case, key)
        return None if value is None else value * MIB


def less(left, right):
    return None if left is None or right is None else left - right


def shared(value, count):
    return None if value is None else max(value, 0) / count


def route(r):
    return shared(less(r.memory("A 100k x 1"), r.memory("A 1k x 1")), 99_000)


def further_peer(r):
    growth = less(r.memory("A 100k x 16"), r.memory("A 100k x 1"))
    peers = less(r.memory("A 1k x 16"), r.memory("A 1k x 1"))
    return shared(less(growth, peers), 99_000 * 15)


def peer(r):
    return shared(less(r.memory("E 1k x 500"), r.memory("A 1k x 1")), 499)


def messages(r, case, peers):
    """UPDATEs a session without the End-of-RIB."""
    count = r.median(case, "updates")
    return None if count is None else count / peers - 1


def number(value, unit=""):
    if value is None:
        return "–"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
    return f"{text} {unit}".strip()


def time_row(title, must, case, key="ms"):
    return (title, must, lambda r: number(r.median(case, key), "ms"), (case, key))


def value_row(title, must, value, unit=""):
    return (title, must, lambda r: number(value(r), unit), None)


ROWS = [
    time_row("A: 10,000 /32 to 1 peer", "20 × floor", "A 10k x 1"),
    time_row("A: 100,000 /32 to 1 peer", "30 × floor", "A 100k x 1"),
    time_row("A: 100,000 /32 to 16 peers", "20 × floor", "A 100k x 16"),
    value_row("its CPU time", "0.10 s", lambda r: r.median("A 100k x 16", "cpu_s"), "s"),
    time_row("B: 100,000 /128 to 16 peers", "15 × floor", "B 100k x 16"),
    value_row("UPDATEs for 100,000 /32", "124", lambda r: messages(r, "A 100k x 1", 1)),
    value_row("UPDATEs for 100,000 /128", "422", lambda r: messages(r, "B 100k x 1", 1)),
    value_row("memory: 1 peer, 1,000 routes", "32 MiB", lambda r: shared(r.memory("A 1k x 1"), MIB), "MiB"),
    value_row("memory: a route", "272 B", route, "B"),
    value_row("memory: a route and further peer", "0 B", further_peer, "B"),
    value_row("memory: a peer", "40 KiB", lambda r: shared(peer(r), KIB), "KiB"),
    time_row("C: 1 route announced, 10,000 at 4 peers", "2 ms", "C 10k x 4", "add1_ms"),
    time_row("C: 1 route withdrawn", "2 ms", "C 10k x 4", "del1_ms"),
    time_row("C: 1,000 routes announced", "20 × floor", "C 10k x 4", "add1000_ms"),
    time_row("C: 1,000 routes withdrawn", "20 × floor", "C 10k x 4", "del1000_ms"),
    value_row("UPDATEs a peer for 1,000 announced", "3", lambda r: r.median("C 10k x 4", "add1000_updates")),
    value_row("UPDATEs a peer for 1,000 withdrawn", "3", lambda r: r.median("C 10k x 4", "del1000_updates")),
    time_row("D: a router sends 1,000,000 prefixes", "1,500 ms", "D 1000k accept"),
    value_row("its memory", "128 MiB", lambda r: r.median("D 1000k accept", "peak_rss"), "MiB"),
    time_row("E: 500 peers to the last prefix", "6 × floor", "E 1k x 500"),
    time_row("E: 100 routers dial at once", "12 × floor", "E 1k x 100 storm"),
    time_row("F: cold start to 10,000 routes at 4 routers", "10 × floor, 270 ms", "F 10k x 4"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results")
    parser.add_argument("--ours", default="martlet")
    parser.add_argument("--other", default="bird217")
    args = parser.parse_args()
    rows = [json.loads(line) for line in open(args.results)]
    ours, other, floor = (Results(rows, driver) for driver in (args.ours, args.other, "blast"))
    print("| work | must | measured | × floor | BIRD's | × floor |\n| --- | --- | --- | --- | --- | --- |")
    for title, must, value, timed in ROWS:
        multiples = [number(r.multiple(floor, *timed)) if timed else "" for r in (ours, other)]
        print(f"| {title} | {must} | {value(ours)} | {multiples[0]} | {value(other)} | {multiples[1]} |")
    rounds = 1 + max((row["rep"] for row in rows), default=-1)
    noise = statistics.median([row["foreign"] for row in rows if row.get("foreign") is not None] or [0])
    print(f"\n{rounds} rounds; others used {noise:.2f} cores of the machine meanwhile (median).")


if __name__ == "__main__":
    main()
