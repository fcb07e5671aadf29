#!/usr/bin/env python3
"""config/schema.json takes every configuration in config/, and refuses what is wrong.

    check_schema.py ROOT

The validator is the distribution's python3-jsonschema (4.10 or newer). GOOD and BAD are the promises that the
files in config/ do not show: what a person may write, and what an editor shall mark. Each of BAD is refused
at the place named with it; versions of the validator differ in where they see a key that is forbidden.
"""
import json
import sys
import warnings

import jsonschema
import yaml

from documents import examples, read

GOOD = {
    "an empty file": "",
    "text that is a number": "models: {1: {cmd: x, name: 1.10, aliases: [7, true]}}",
    "numbers and booleans from macros": 'globalTTL: "${idle}"\nmodels: {a: {cmd: x, unlisted: "${hide}", ttl: "${env.TTL}"}}',
    "booleans in other words": "sendLoadingState: 'yes'\nincludeAliasesInList: OFF",
    "values left empty": "apiKeys:\nmodels: {a: {cmd: x, ttl: , env: , filters: , timeouts: }}\nrouting:\nstore:",
    "words in capitals": "logLevel: DEBUG\nlogTimeFormat: RFC3339\nlogToStdout: BOTH",
    "a time in seconds": "performance: {every: 15}",
    "anchors": "defs: {t: &t {connect: 1}}\nx-more: 1\nmodels: {a: {cmd: x, timeouts: {<<: *t, keepalive: 2}}}",
    "legacy groups beside a scheduler": "groups: {g: {members: [a]}}\nrouting: {scheduler: {settings: {fifo: {priority: {a: 1}}}}}",
    "times of the scheduler": "routing: {scheduler: {settings: {fair: {maxWait: 1m30s, minResidency: 5}}}}",
    "how requests for a model wait": "models: {a: {cmd: x, priority: -1, queueLimit: 0, pin: 'yes', concurrencyLimit: \"${n}\"}}",
    "free metadata": "models: {a: {cmd: x, metadata: {any: [1, {thing: null}]}}}",
    "an underscore in a matrix variable": "matrix: {vars: {a_b: m}, sets: {s: a_b}}",
    "keys with roles": "apiKeys: [a, 12, {key: '${env.K}', name: b, roles: [Infer, admin], models: [m]}]",
    "pages, hosts and proxies": "cors: {origins: ['*']}\nallowedHosts: [a]\ntrustedProxies: [10.0.0.0/8]",
    "a pin that is off": "profiles: {p: {pins: {x: , y: ''}}}",
}

BAD = {
    "an unknown key": ("modles: {}", "the top"),
    "an unknown key of a model": ("models: {a: {cmd: x, aliasses: [b]}}", "models.a"),
    "a model without cmd": ("models: {a: {ttl: 5}}", "models.a"),
    "a cmd that is a list": ("models: {a: {cmd: [x, y]}}", "models.a.cmd"),
    "a list where a mapping belongs": ("models: [a]", "models"),
    "a number in quotes": ("startPort: '5800'", "startPort"),
    "a number that is more than one macro": ('globalTTL: "${a}${b}"', "globalTTL"),
    "a port that is none": ("startPort: 0", "startPort"),
    "a fraction": ("models: {a: {cmd: x, ttl: 1.5}}", "models.a.ttl"),
    "a negative ttl": ("models: {a: {cmd: x, ttl: -2}}", "models.a.ttl"),
    "a boolean that is none": ("sendLoadingState: maybe", "sendLoadingState"),
    "a text where a list belongs": ("apiKeys: secret", "apiKeys"),
    "a key without key": ("apiKeys: [{name: a}]", "apiKeys.0"),
    "a misspelt roles": ("apiKeys: [{key: a, role: [infer]}]", "apiKeys.0"),
    "an unknown role": ("apiKeys: [{key: a, roles: [root]}]", "apiKeys.0"),
    "an unknown key of cors": ("cors: {origin: [a]}", "cors"),
    "an env entry without =": ("models: {a: {cmd: x, env: [CUDA]}}", "models.a.env.0"),
    "an unknown medium": ("models: {a: {cmd: x, capabilities: {in: [smell]}}}", "models.a.capabilities.in.0"),
    "an unknown stdout": ("logToStdout: nobody", "logToStdout"),
    "a time without unit in quotes": ("performance: {every: '5'}", "performance.every"),
    "a time that is none": ("routing: {scheduler: {settings: {fair: {maxWait: soon}}}}", "routing.scheduler.settings.fair.maxWait"),
    "a queue of less than nothing": ("models: {a: {cmd: x, queueLimit: -1}}", "models.a.queueLimit"),
    "a macro with a reserved name": ("macros: {PORT: 1}", "macros"),
    "a macro that is a list": ("macros: {a: [1]}", "macros.a"),
    "both legacy routers": ("groups: {g: {members: [a]}}\nmatrix: {sets: {s: a}}", "matrix or the top"),
    "legacy and new routing": ("groups: {g: {members: [a]}}\nrouting: {router: {use: group}}", "routing.router or routing"),
    "an unknown router": ("routing: {router: {use: grid}}", "routing.router.use"),
    "a matrix without sets": ("matrix: {vars: {a: b}}", "matrix"),
    "a matrix with no set in it": ("matrix: {sets: {}}", "matrix.sets"),
    "a cost of nothing": ("matrix: {evict_costs: {a: 0}, sets: {s: a}}", "matrix.evict_costs.a"),
    "a peer without models": ("peers: {p: {proxy: 'http://x'}}", "peers.p"),
    "a peer with no model in the list": ("peers: {p: {proxy: 'http://x', models: []}}", "peers.p.models"),
    "an unknown strategy": ("selectors: {s: {strategy: luck, targets: [a]}}", "selectors.s.strategy"),
    "a selector without targets": ("selectors: {s: {strategy: pin}}", "selectors.s"),
    "a profile in the old form": ("profiles: {p: [a, b]}", "profiles.p"),
    "a store without path": ("store: {}", "store"),
}


def shown(error):
    return ".".join(str(part) for part in error.absolute_path) or "the top"


def places(validator, value):
    return {shown(error) for error in validator.iter_errors(value)}


def describe(validator, value):
    for error in validator.iter_errors(value):
        yield f"at {shown(error)}: {error.message[:200]}"


def check(validator, root):
    for name, value in examples(root):
        for trouble in describe(validator, value):
            yield f"{name} is refused {trouble}"
    for name, text in GOOD.items():
        value = yaml.safe_load(text)
        for trouble in describe(validator, {} if value is None else value):
            yield f"{name} should be fine, but is refused {trouble}"
    for name, (text, place) in BAD.items():
        found = places(validator, yaml.safe_load(text))
        if not found & set(place.split(" or ")):
            yield f"{name} should be refused at {place}, found {sorted(found) or 'nothing'}"


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    warnings.simplefilter("ignore", DeprecationWarning)
    schema = json.loads(read(sys.argv[1], "config/schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    findings = list(check(jsonschema.Draft202012Validator(schema), sys.argv[1]))
    for finding in findings:
        print(finding)
    count = len(list(examples(sys.argv[1])))
    print(f"{count} configurations, {len(GOOD)} good and {len(BAD)} bad ones, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
