"""The engine beside its peers: ``make bench``, or ``make bench ARGS="--quick"``.

What was run before, by the same code, is not run again: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json

from bench.engine.page import PAGE, SUMMARY, page
from bench.engine.plan import DAYS, FULL, QUICK, summary, table
from bench.engine.results import METHODS, OURS, Cell, Store
from bench.generators import GENERATORS


def main() -> None:
    """Run, print, and write the page where that is asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version of everything, in a few minutes")
    parser.add_argument("--write", action="store_true", help="write docs/explanation/benchmarks.md and its summary")
    some = parser.add_argument_group("some cells alone, all figures of each")
    some.add_argument("--generators", nargs="+", choices=GENERATORS, metavar="NAME", help=", ".join(GENERATORS))
    some.add_argument("--days", nargs="+", type=int, default=[90, 180], help=f"the page has {DAYS}")
    some.add_argument("--methods", nargs="+", choices=METHODS, default=[OURS], metavar="NAME", help=", ".join(METHODS))
    some.add_argument("--diaries", type=int, default=100)
    options = parser.parse_args()
    store = Store()
    if options.generators:
        wanted = [
            Cell(generator, days, method, options.diaries)
            for generator in options.generators
            for days in options.days
            for method in options.methods
        ]
        store.fill(wanted)
        print(table(store, wanted))
        return
    if options.quick and options.write:
        parser.error("the page is written from a full run only")
    made = summary(store, QUICK if options.quick else FULL)
    print(page(made))
    if options.write:
        SUMMARY.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(made), encoding="utf-8")


if __name__ == "__main__":
    main()
