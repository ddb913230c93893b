"""Holds a chart's values.yaml, values.schema.json and the table of its README against each other; prints each fault in a line.

usage: check_values.py CHART
"""

import json
import re
import sys

import yaml

LONGEST = 60


def resolved(schema, root):
    """A schema with what it refers to."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def leaves(schema, values, root, path=()):
    """The values that are set as a whole: (path, schema, default)."""
    for name, member in schema["properties"].items():
        at = path + (name,)
        if "properties" in member and "$ref" not in member and member.get("type") == "object":
            yield from leaves(member, values.get(name) or {}, root, at)
        elif at != ("global",):
            yield ".".join(at), member, values.get(name, "absent")


def open_objects(schema, place):
    """Objects that would take any key: none but `global`, whose parts are others', and the objects of extraObjects."""
    if isinstance(schema, list):
        for number, member in enumerate(schema):
            yield from open_objects(member, f"{place}/{number}")
    if not isinstance(schema, dict):
        return
    if schema.get("type") in ("object", ["object", "null"]) and "additionalProperties" not in schema:
        yield place
    for name, member in schema.items():
        yield from open_objects(member, f"{place}/{name}")


def main(chart):
    values = yaml.safe_load(open(f"{chart}/values.yaml"))
    root = json.load(open(f"{chart}/values.schema.json"))
    readme = open(f"{chart}/README.md").read()
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.+?) \| \S.* \|$", readme, re.M))

    for place in open_objects(root, ""):
        if place not in ("/properties/global", "/properties/extraObjects/items"):
            print(f"values.schema.json: {place} takes any key")
    known = set()
    for path, schema, default in leaves(root, values, root):
        known.add(path)
        if not schema.get("description"):
            print(f"values.schema.json: {path} has no description")
        if default == "absent":
            print(f"values.yaml: {path} is in the schema alone")
            continue
        if default is None:
            print(f"values.yaml: {path} is null, which would take the default away from a chart around this one")
        text = json.dumps(default, separators=(",", ":"))
        expected = f"`{text}`" if len(text) <= LONGEST else "as in `values.yaml`"
        if path not in rows:
            print(f"README.md: no row for {path}")
        elif rows[path] != expected:
            print(f"README.md: {path} has the default {expected}, not {rows[path]}")
    for path in rows:
        if path not in known:
            print(f"README.md: {path} is no value")


main(sys.argv[1])
