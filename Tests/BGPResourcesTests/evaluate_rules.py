"""Evaluates CEL rules, as the API server would, with PyPI's cel-python.

Reads from standard input a JSON list of {"rule": TEXT, "self": VALUE}; writes a JSON list with true, false, or the
text of an error for each. The first argument is a folder where cel-python is installed if it is missing.
"""

import json
import subprocess
import sys


def load(folder):
    """Imports cel-python, from PyPI if need be."""
    sys.path.insert(0, folder)
    try:
        import celpy
    except ImportError:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "cel-python==0.5.0"]
        subprocess.run(command, check=True, stdout=sys.stderr)
        import celpy
    return celpy


def evaluate(celpy, rule, value):
    """The truth of a rule about a value, or what is wrong with the rule."""
    try:
        environment = celpy.Environment()
        program = environment.program(environment.compile(rule))
        result = program.evaluate({"self": celpy.json_to_cel(value)})
    except (celpy.CELParseError, celpy.CELEvalError) as error:
        return f"{rule}: {error}"
    return bool(result) if isinstance(result, celpy.celtypes.BoolType) else f"{rule}: not a truth value: {result!r}"


def main():
    celpy = load(sys.argv[1])
    cases = json.load(sys.stdin)
    json.dump([evaluate(celpy, case["rule"], case["self"]) for case in cases], sys.stdout)


main()
