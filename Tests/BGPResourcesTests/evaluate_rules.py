"""Evaluates CEL rules, as the API server would, with PyPI's cel-python.

Reads from standard input a JSON list of {"rule": TEXT, "with": {NAME: VALUE}}, the names being those that the rule speaks of;
writes a JSON list with the value of each, or the text of an error. The first argument is a folder where cel-python is installed if it is missing.
"""

import fcntl
import importlib
import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile


def load(folder):
    """Imports cel-python, from PyPI if need be."""
    sys.path.insert(0, folder)
    try:
        import celpy
    except ImportError:
        install(folder)
        # Python remembers that there was no such folder.
        importlib.invalidate_caches()
        import celpy
    return celpy


def install(folder):
    """Puts cel-python into a folder; of several runs at once the first does it, and the others wait."""
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.isdir(os.path.join(folder, "celpy")):
            return
        shutil.rmtree(folder, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as temporary:
            packages = os.path.join(temporary, "packages")
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", packages, "cel-python==0.5.0"]
            subprocess.run(command, check=True, stdout=sys.stderr)
            os.rename(packages, folder)


def parses(read, text):
    """Whether a text can be read."""
    try:
        read(text)
    except ValueError:
        return False
    return True


def address(text):
    """An address; zones and IPv4 in IPv6 are refused (apiserver, pkg/cel/library: parseIPAddr)."""
    result = ipaddress.ip_address(text)
    if "%" in text or getattr(result, "ipv4_mapped", None):
        raise ValueError(text)
    return result


def interface(text):
    """An address with a prefix length; netmasks, zones, leading zeros and IPv4 in IPv6 are refused (parseCIDR)."""
    if not re.fullmatch(r"[0-9a-fA-F:.]+/(0|[1-9][0-9]*)", text):
        raise ValueError(text)
    address(text.split("/")[0])
    return ipaddress.ip_interface(text)


def network_library(types):
    """The part that our rules use of what Kubernetes adds to CEL for addresses; a network is its canonical text."""
    return {
        "isIP": lambda text: types.BoolType(parses(address, text)),
        "isCIDR": lambda text: types.BoolType(parses(interface, text)),
        "cidr": lambda text: types.StringType(interface(text)),
        "masked": lambda network: types.StringType(interface(network).network),
        "prefixLength": lambda network: types.IntType(interface(network).network.prefixlen),
    }


def evaluate(celpy, rule, values):
    """What a rule says of some values, or what is wrong with the rule."""
    try:
        environment = celpy.Environment()
        program = environment.program(environment.compile(rule), functions=network_library(celpy.celtypes))
        result = program.evaluate({name: celpy.json_to_cel(value) for name, value in values.items()})
    except (celpy.CELParseError, celpy.CELEvalError) as error:
        return f"{rule}: {error}"
    if isinstance(result, celpy.celtypes.StringType):
        return {"text": str(result)}
    return bool(result) if isinstance(result, celpy.celtypes.BoolType) else f"{rule}: not a truth value: {result!r}"


def main():
    celpy = load(sys.argv[1])
    cases = json.load(sys.stdin)
    json.dump([evaluate(celpy, case["rule"], case["with"]) for case in cases], sys.stdout)


main()
