"""A program under measurement: what it has cost so far, as the kernel counts it."""
import os
import subprocess
import tempfile
import time

PROGRAM = os.environ.get("MARTLET_SPEAKER", "bgp-speaker")


class Process:
    def __init__(self, *arguments, program=PROGRAM):
        self.folder = tempfile.TemporaryDirectory(prefix="martlet-bench-")
        self.log = open(self.path("log"), "wb")
        self.process = subprocess.Popen([program, *arguments], stdout=self.log, stderr=self.log)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def cpu(self):
        """Seconds of CPU so far, of threads that have ended too (clock_getcpuclockid(3))."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def wakes(self):
        """How often any of its threads has been scheduled; threads that have ended do not count."""
        count = 0
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/schedstat") as file:
                count += int(file.read().split()[2])
        return count

    def memory(self):
        """Resident MiB now and at most."""
        with open(f"/proc/{self.process.pid}/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        return tuple(int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))

    def end(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
        with open(self.path("log"), errors="replace") as file:
            text = file.read()
        self.folder.cleanup()
        return text
