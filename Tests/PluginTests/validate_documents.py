"""Validates JSON documents against a JSON Schema: one line each, empty when it is valid, else where and what.

usage: validate_documents.py SCHEMA, with a list of documents on standard input
"""

import json
import sys

from jsonschema import Draft202012Validator

schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for document in json.load(sys.stdin):
    errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    words = ["%s: %s" % ("/".join(map(str, error.absolute_path)), error.message[:200]) for error in errors]
    print(" | ".join(words).replace("\n", " "))
