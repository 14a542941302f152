"""Prints the services of a compose file in an order in which they can start, each with what it waits for.

Usage: order.py FILE [LEFT_OUT...]   One line for each service: NAME [DEPENDENCY=CONDITION]...
"""

import sys
from graphlib import TopologicalSorter

import yaml


def main(file, left_out):
    with open(file, encoding="utf-8") as source:
        services = yaml.safe_load(source)["services"]
    waits = {
        name: {
            dependency: rule["condition"]
            for dependency, rule in service.get("depends_on", {}).items()
            if dependency not in left_out
        }
        for name, service in services.items()
        # A service of a profile starts only when it is asked for.
        if name not in left_out and "profiles" not in service
    }
    for name in TopologicalSorter(waits).static_order():
        print(name, *(f"{dependency}={condition}" for dependency, condition in waits[name].items()))


main(sys.argv[1], sys.argv[2:])
