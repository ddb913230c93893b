"""Holds the files of config/monitoring against each other, and prints one line per fault.

    check_monitoring.py FOLDER rules|cases|runbooks|dashboards|scraping|live|commands

`live` asks a Prometheus on port 9090 of this machine that scrapes programs at work. `commands` prints no faults, but every
command line that rules and runbooks tell people to type.
"""

import glob
import json
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import yaml

FOLDER, SUBJECT = sys.argv[1:]
faults = []


def read(name):
    with open(f"{FOLDER}/{name}", encoding="utf-8") as file:
        return file.read()


def load(name):
    return list(yaml.safe_load_all(read(name)))


def fault(where, what):
    faults.append(f"{where}: {what}")


def promtool(*arguments):
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}".strip()


def alerts():
    return {rule["alert"]: rule for group in load("rules.yaml")[0]["groups"] for rule in group["rules"]}


# PromQL


WORDS = set(
    "and or unless by without on ignoring group_left group_right offset bool sum min max avg count quantile topk bottomk "
    "count_values stddev stdvar group abs absent absent_over_time ceil changes clamp clamp_max clamp_min delta floor "
    "histogram_quantile increase irate label_join label_replace last_over_time max_over_time min_over_time avg_over_time "
    "sum_over_time rate resets round scalar sort sort_desc time timestamp vector inf nan".split()
)
# Prometheus makes these itself, and no program has them.
OWN = {"up": set(), "ALERTS": {"alertname", "alertstate", "severity"}}
# What comes with a target, whoever scrapes it.
TARGET = {"job", "instance", "node", "namespace", "pod", "container", "endpoint", "cluster"}


def selectors(expression):
    """Every metric of an expression with the labels and values that its matchers name."""
    text = re.sub(r"#.*", "", expression)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)", " ", text)
    text = re.sub(r"\[[^\]]*\]|\boffset\s+\w+", " ", text)
    text = re.sub(r'"[^"]*"(?![^{}]*\})', " ", text)
    found = []
    for name, matchers, call in re.findall(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{[^{}]*\})?\s*(\()?", text):
        if name.lower() not in WORDS and not call:
            found.append((name, re.findall(r'([a-zA-Z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"', matchers)))
    return found


def grouped(expression):
    """The labels that an expression groups or matches by, except those that it leaves out."""
    return {
        label.strip()
        for labels in re.findall(r"\b(?:by|on|group_left|group_right)\s*\(([^()]*)\)", expression)
        for label in labels.split(",")
        if label.strip()
    }


def parse(expressions):
    """Notes what promtool cannot read of expressions, each given as (where, text)."""

    def answer(some):
        rules = [{"record": f"checked:{index}", "expr": text} for index, (_, text) in enumerate(some)]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": [{"name": "checked", "rules": rules}]}, file)
            file.flush()
            return promtool("check", "rules", file.name)

    if not answer(expressions):
        return
    for where, text in expressions:
        found = answer([(where, text)])
        if found:
            fault(where, f"{' '.join(text.split())} does not parse: {found.splitlines()[-1].strip()}")


def blocks(text, *languages):
    """The fenced blocks of a page that are marked as one of these languages."""
    parts = re.split(r"^```(.*)$\n?", text, flags=re.M)
    return [body for language, body in zip(parts[1::4], parts[2::4]) if language in languages]


# Names


def metrics():
    """The metrics of metrics.md with type, labels and what they are; a histogram with the names of its series."""
    found = {}
    for line in read("metrics.md").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4 or not cells[0].startswith("`"):
            continue
        name, kind, labels, help = cells[0].strip("`"), cells[1], set(re.findall(r"`(\w+)`", cells[2])), cells[3]
        if kind == "histogram":
            found[f"{name}_bucket"] = ("counter", labels | {"le"}, help)
            found[f"{name}_sum"] = found[f"{name}_count"] = ("counter", labels, help)
        else:
            found[name] = (kind, labels, help)
    return found


def check_names(where, expression, known):
    """Whether what an expression names is there: metrics, labels, and values of labels that have few."""
    present = set(TARGET)
    for name, matchers in selectors(expression):
        if name in OWN:
            present |= {*OWN[name], "peer", "pool", "cluster_config"} if name == "ALERTS" else OWN[name]
            allowed = OWN[name] | TARGET
        elif name in known:
            kind, labels, help = known[name]
            present |= labels
            allowed = labels | TARGET
            ranged = re.search(rf"\b(rate|increase)\(\s*{name}\s*(\{{[^}}]*\}})?\s*\[", expression)
            if bool(ranged) != (kind == "counter"):
                fault(where, f"{name} is a {kind}, and {'is' if ranged else 'is not'} in rate() or increase()")
        else:
            fault(where, f"{name} is not in metrics.md")
            continue
        for label, _, value in matchers:
            if label not in allowed:
                fault(where, f"{name} has no label {label}")
            elif label in ("state", "result", "bound") and name in known:
                for one in value.split("|"):
                    if not re.search(rf"\b{one}\b", known[name][2]):
                        fault(where, f"{name} has no {label} {one}")
    for label in grouped(expression) - present:
        fault(where, f"nothing in it has the label {label}: {' '.join(expression.split())}")


# Rules and their tests


def check_cases():
    answer = promtool("test", "rules", f"{FOLDER}/rules_test.yaml")
    if answer:
        fault("rules_test.yaml", answer)


def check_rules():
    answer = promtool("check", "rules", f"{FOLDER}/rules.yaml")
    if answer:
        fault("rules.yaml", answer)
    cases = {}
    for test in load("rules_test.yaml")[0]["tests"]:
        for case in test["alert_rule_test"]:
            cases.setdefault(case["alertname"], []).append(case["exp_alerts"])
    found, known = alerts(), metrics()
    for name in cases.keys() - found.keys():
        fault("rules_test.yaml", f"{name} is no alert")
    for name, rule in found.items():
        if not any(cases.get(name, [])):
            fault("rules_test.yaml", f"{name} fires in no case")
        if all(cases.get(name, [])):
            fault("rules_test.yaml", f"{name} is quiet in no case")
        if rule.keys() != {"alert", "expr", "for", "labels", "annotations"}:
            fault("rules.yaml", f"{name} has {', '.join(sorted(rule))}")
        if rule["labels"].get("severity") not in ("critical", "warning"):
            fault("rules.yaml", f"{name} has no severity of critical or warning")
        if rule["annotations"].keys() != {"summary", "description", "runbook_url"}:
            fault("rules.yaml", f"{name} has the annotations {', '.join(sorted(rule['annotations']))}")
        elif "kubectl" not in rule["annotations"]["description"] and "ss " not in rule["annotations"]["description"]:
            fault("rules.yaml", f"{name} does not say what to type")
        check_names(f"rules.yaml: {name}", rule["expr"], known)
        for text in rule["annotations"].values():
            for label in re.findall(r"\$labels\.(\w+)", text):
                fires = [alert["exp_labels"] for case in cases.get(name, []) for alert in case]
                if not all(label in labels for labels in fires):
                    fault("rules.yaml", f"{name} speaks of the label {label}, which its result does not have")
        if not re.match(r"Martlet[A-Z][A-Za-z]+$", name):
            fault("rules.yaml", f"{name} is named otherwise than the rest")
        # A pod's name in a result would make a new alert of each restart.
        for case in cases.get(name, []):
            for alert in case:
                if {"pod", "container", "endpoint"} & alert["exp_labels"].keys():
                    fault("rules.yaml", f"{name} changes with its pod")


def check_runbooks():
    """Each alert has a section of its name with four parts, in the order of the rules, and its address leads there."""
    sections = re.findall(r"^## (.*)\n((?:(?!^## ).*\n?)*)", read("runbooks.md"), re.M)
    found = alerts()
    if [name for name, _ in sections] != list(found):
        fault("runbooks.md", f"other sections than alerts: {sorted({n for n, _ in sections} ^ found.keys())}")
    for name, text in sections:
        if re.findall(r"^### (.*)$", text, re.M) != ["Meaning", "Impact", "Diagnosis", "Mitigation"]:
            fault("runbooks.md", f"{name} has other parts")
        for part in re.split(r"^### .*$", text, flags=re.M)[1:]:
            if not part.strip():
                fault("runbooks.md", f"{name} has an empty part")
        url = found.get(name, {}).get("annotations", {}).get("runbook_url", "")
        if not url.endswith(f"/runbooks.md#{name.lower()}"):
            fault("rules.yaml", f"{name} has a runbook_url that leads elsewhere: {url}")
    prefixes = {rule["annotations"]["runbook_url"].split("#")[0] for rule in found.values()}
    if len(prefixes) != 1:
        fault("rules.yaml", f"runbooks are in several places: {sorted(prefixes)}")
    queries = [("runbooks.md", query) for query in blocks(read("runbooks.md"), "promql")]
    parse(queries)
    for where, query in queries:
        check_names(where, query, metrics())
    for page in ("runbooks.md", "README.md"):
        for link in re.findall(r"\]\(([^)#\s]+\.md)?#([^)\s]+)\)", read(page)):
            check_anchor(page, *link)


def check_anchor(page, target, anchor):
    text = read(target or page)
    headings = {re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-") for line in re.findall(r"^#+ (.*)$", text, re.M)}
    if anchor not in headings:
        fault(page, f"a link leads to no heading: {target}#{anchor}")


def commands():
    """Lines to type: in fenced blocks of the runbooks, and after a colon or a line's start in descriptions."""
    found = []
    for block in blocks(read("runbooks.md"), "") + blocks(read("README.md"), ""):
        found += [line.removesuffix(" &") for line in block.splitlines() if line.startswith("kubectl")]
    found += re.findall(r"`(kubectl [^`]+)`", read("runbooks.md"))
    for rule in alerts().values():
        for line in rule["annotations"]["description"].splitlines():
            command = re.search(r"(?:^|: )(kubectl .*)$", line)
            if command:
                found.append(re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda label: label.group(1).upper(), command.group(1)))
    # What is to be run inside a container is a command as well.
    found += [line.split(" -- ", 1)[1] for line in found if line.startswith("kubectl exec ")]
    examples = {"PREFIX": "192.0.2.0/24", "ADDRESS": "192.0.2.1"}
    return sorted({re.sub("PREFIX|ADDRESS", lambda word: examples[word.group()], line.split(" | ")[0]) for line in found})


# Scraping


def check_scraping():
    deployment = yaml.safe_load(read("../operator/deployment.yaml"))
    daemonset = yaml.safe_load(read("../speaker/daemonset.yaml"))
    programs = {workload["metadata"]["name"]: workload for workload in (deployment, daemonset)}
    monitors = {monitor["metadata"]["name"]: monitor for monitor in load("podmonitors.yaml")}
    access = {document["kind"]: document for document in load("access.yaml")}
    if monitors.keys() != programs.keys():
        fault("podmonitors.yaml", f"monitors {sorted(monitors)}")
    for name, monitor in monitors.items():
        spec, template = monitor["spec"], programs[name]["spec"]["template"]
        labels = template["metadata"]["labels"]
        if not spec["selector"]["matchLabels"].items() <= labels.items():
            fault("podmonitors.yaml", f"{name} selects no pod of its program")
        if labels.get(spec["jobLabel"]) != name:
            fault("podmonitors.yaml", f"{name} has another job than its name")
        if spec["namespaceSelector"]["matchNames"] != [programs[name]["metadata"]["namespace"]]:
            fault("podmonitors.yaml", f"{name} looks in another namespace than the program's")
        container = template["spec"]["containers"][0]
        for endpoint in spec["podMetricsEndpoints"]:
            port = next((port for port in container["ports"] if port["name"] == endpoint["port"]), None)
            if not port or not any(f":{port['containerPort']}" in argument for argument in container["args"] if "admin" in argument):
                fault("podmonitors.yaml", f"{name} scrapes a port that the program does not serve metrics on")
            if (endpoint["scheme"] == "https") != ("--admin-plain" not in container["args"]):
                fault("podmonitors.yaml", f"{name} scrapes with another scheme than is served")
            secret = access["Secret"]
            if endpoint["authorization"]["credentials"] != {"name": secret["metadata"]["name"], "key": "token"}:
                fault("podmonitors.yaml", f"{name} shows a token that nobody makes")
            if monitor["metadata"]["namespace"] != secret["metadata"]["namespace"]:
                fault("podmonitors.yaml", f"{name} cannot read a Secret of another namespace")
            node = {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node"}
            if node not in endpoint["relabelings"]:
                fault("podmonitors.yaml", f"{name} does not set the label node")
    account = access["ServiceAccount"]["metadata"]["name"]
    if access["Secret"]["metadata"]["annotations"].get("kubernetes.io/service-account.name") != account:
        fault("access.yaml", "the Secret is of another account")
    binding = access["ClusterRoleBinding"]
    if [subject["name"] for subject in binding["subjects"]] != [account]:
        fault("access.yaml", "another account is bound")
    roles = yaml.safe_load_all(read("../rbac/people.yaml"))
    if binding["roleRef"]["name"] not in [role["metadata"]["name"] for role in roles if role["kind"] == "ClusterRole"]:
        fault("access.yaml", "the role that is bound does not exist")

    wrapped = load("prometheusrule.yaml")[0]
    if wrapped["spec"] != load("rules.yaml")[0]:
        fault("prometheusrule.yaml", "has other rules than rules.yaml")

    # Debian's promtool is built without the discovery of Kubernetes; what it would find is written instead.
    config = load("prometheus.yaml")[0]
    for job in config["scrape_configs"]:
        found = job.pop("kubernetes_sd_configs")
        if found != [{"role": "pod", "namespaces": {"names": ["martlet-system"]}}]:
            fault("prometheus.yaml", f"finds other targets: {found}")
        job["static_configs"] = [{"targets": ["192.0.2.1:9179"]}]
        kept = {tuple(rule["source_labels"]): rule.get("regex") for rule in job["relabel_configs"] if rule.get("action") == "keep"}
        if kept != {
            ("__meta_kubernetes_pod_label_app_kubernetes_io_name",): "|".join(sorted(programs)),
            ("__meta_kubernetes_pod_container_port_name",): "admin",
        }:
            fault("prometheus.yaml", f"keeps other targets: {kept}")
        set_here = {rule["target_label"] for rule in job["relabel_configs"] if "target_label" in rule}
        if set_here != {"job", "node", "namespace", "pod"}:
            fault("prometheus.yaml", f"sets other labels: {sorted(set_here)}")
    config["rule_files"] = [f"{FOLDER}/{name}" for name in config["rule_files"]]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(config, file)
        file.flush()
        answer = promtool("check", "config", "--syntax-only", file.name)
        if answer:
            fault("prometheus.yaml", answer)


# Dashboards, held to the rules of Grafana's own dashboard-linter where they are about what we have


UNITS = {"short", "percentunit", "s", "bytes", "ops", "reqps", "mps"}


def variables(expression, value="x", interval="5m"):
    """An expression as Grafana sends it, with one value in place of each variable."""
    return re.sub(r"\$(job|node|bgp_instance|peer)\b", value, expression.replace("$__rate_interval", interval))


def check_dashboards():
    known, uids, queries = metrics(), set(), []
    for path in sorted(glob.glob(f"{FOLDER}/dashboards/*.json")):
        file = path.rsplit("/", 1)[1]
        with open(path, encoding="utf-8") as text:
            dashboard = json.load(text)
        uids.add(dashboard["uid"])
        if dashboard["editable"] or not dashboard["description"] or "martlet" not in dashboard["tags"]:
            fault(file, "can be edited in place, or has no description or no tag martlet")
        check_variables(file, dashboard["templating"]["list"], known, queries)
        names = {variable["name"] for variable in dashboard["templating"]["list"]}
        panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
        for ids in ("id", "title"):
            values = [panel[ids] for panel in panels]
            if len(values) != len(set(values)):
                fault(file, f"two panels have one {ids}")
        check_places(file, dashboard["panels"])
        for panel in panels:
            where = f"{file}: {panel['title']}"
            if not panel["title"] or not panel["description"].endswith("."):
                fault(where, "has no title or no description")
            if panel["datasource"]["uid"] != "$datasource":
                fault(where, "has a data source of its own")
            if panel["fieldConfig"]["defaults"].get("unit") not in UNITS:
                fault(where, "has no unit, or one that Grafana does not know")
            if not panel["targets"]:
                fault(where, "asks nothing")
            for target in panel["targets"]:
                expression = target["expr"]
                queries.append((where, variables(expression)))
                check_names(where, variables(expression), known)
                check_target(where, target, names, known)
    if len(uids) != 3:
        fault("dashboards", f"are not three: {sorted(uids)}")
    parse(queries)


def check_variables(file, found, known, queries):
    if [found[0]["type"], found[0]["name"], found[0]["query"]] != ["datasource", "datasource", "prometheus"]:
        fault(file, "has no variable for the data source")
    if not {"job", "node"} <= {variable["name"] for variable in found}:
        fault(file, "has no variable for job or node")
    for variable in found[1:]:
        where = f"{file}: variable {variable['name']}"
        query = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"])
        if not query or query[2] != variable["name"]:
            fault(where, "does not list values of its own label")
            continue
        # All jobs are those that the query finds: process_* of other programs is none of ours.
        every = None if variable["name"] == "job" else ".+"
        if (variable["datasource"]["uid"], variable["refresh"], variable["multi"], variable["allValue"]) != ("$datasource", 2, True, every):
            fault(where, "is not read anew with the time, or not from the chosen data source, or takes one value only")
        if not variable["label"]:
            fault(where, "has no label")
        queries.append((where, variables(query[1])))
        check_names(where, variables(query[1]), known)


def check_places(file, panels):
    """No panel lies over another, or beyond the right edge."""
    taken = {}
    for panel in panels:
        at = panel["gridPos"]
        if at["x"] + at["w"] > 24:
            fault(file, f"{panel['title']} lies beyond the edge")
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                if (x, y) in taken:
                    fault(file, f"{panel['title']} lies over {taken[x, y]}")
                    return
                taken[x, y] = panel["title"]


def check_target(where, target, names, known):
    expression = target["expr"]
    if target["datasource"]["uid"] != "$datasource":
        fault(where, "asks a data source of its own")
    for interval in re.findall(r"\[([^\]]*)\]", expression):
        if interval != "$__rate_interval":
            fault(where, f"looks back {interval} instead of $__rate_interval")
    for name in set(re.findall(r"\$(\w+)", expression)) - {"__rate_interval"} - names:
        fault(where, f"uses the variable {name}, which there is not")
    for name, matchers in selectors(expression.replace("$__rate_interval", "5m")):
        if name in known and ("job", "=~", "$job") not in matchers:
            fault(where, f"{name} is not narrowed by job")
    # Of what the leader says of the whole cluster, nothing is about the node that it runs on.
    for name, matchers in selectors(expression.replace("$__rate_interval", "5m")):
        cluster = re.match(r"martlet_(pool|services|nodes|sessions|cluster_config|leader|build_info)", name)
        if name in known and not cluster and ("node", "=~", "$node") not in matchers:
            fault(where, f"{name} is not narrowed by node")
    labels = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
    if not labels <= grouped(expression):
        fault(where, f"the legend names labels that are summed away: {sorted(labels - grouped(expression))}")


# A Prometheus at work

# What has data only when something goes wrong, or which the lab's programs in one process do not have.
RARE = {
    "Sessions that are down", "Failures", "Failures by reason", "Notifications", "Alerts", "Log messages", "Connections that waited",
}


def ask(path, **parameters):
    address = f"http://127.0.0.1:9090/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    try:
        with urllib.request.urlopen(address) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        return {"error": json.load(error)["error"]}
    except OSError as error:
        return {"error": str(error)}


def check_live():
    targets = ask("targets").get("activeTargets", [])
    if len(targets) < 2:
        fault("targets", "Prometheus does not answer, or scrapes nothing")
    for target in targets:
        if target["health"] != "up":
            fault(target["scrapeUrl"], target["lastError"] or target["health"])
    rules = [rule for group in ask("rules").get("groups", []) for rule in group["rules"]]
    if len(rules) != len(alerts()):
        fault("rules.yaml", f"{len(rules)} rules are evaluated")
    for rule in rules:
        if rule["health"] != "ok":
            fault(rule["name"], rule.get("lastError") or rule["health"])
        if rule["state"] == "firing":
            fault(rule["name"], "fires")
    for path in sorted(glob.glob(f"{FOLDER}/dashboards/*.json")):
        with open(path, encoding="utf-8") as text:
            dashboard = json.load(text)
        for variable in dashboard["templating"]["list"][1:]:
            selector = variables(re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]["query"])[1], ".+")
            values = ask(f"label/{variable['name']}/values", **{"match[]": selector})
            if not isinstance(values, list) or not values:
                fault(dashboard["uid"], f"the variable {variable['name']} has no values: {values}")
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                answer = ask("query", query=variables(target["expr"], ".+", "20s"))
                if "error" in answer:
                    fault(f"{dashboard['uid']}: {panel['title']}", answer["error"])
                elif not answer["result"] and panel["title"] not in RARE and not re.search(r"> 0$", target["expr"]):
                    fault(f"{dashboard['uid']}: {panel['title']}", f"has no data: {target['expr']}")


subjects = {"rules": check_rules, "cases": check_cases, "runbooks": check_runbooks, "dashboards": check_dashboards, "scraping": check_scraping, "live": check_live}
if SUBJECT == "commands":
    print("\n".join(commands()))
else:
    subjects[SUBJECT]()
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)
