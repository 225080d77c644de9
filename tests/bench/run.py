"""What `make bench` runs: quality, abstention and speed, Clausewise beside stock pipelines, in one run.

    python tests/bench/run.py [--bench FOLDER] [--only quality|abstention|speed] [--system NAME]

Tables are printed and kept under tests/bench/results/. Each part stands in a file of its own: `quality.py` (are the
right clauses found), `calibrate.py` (is what is absent left unanswered), `speed.py`. The peers' scripts are in `peers/`
and run in environments of their own under build/bench/, made when first needed.
"""

import argparse
import os
from pathlib import Path

import calibrate
import quality
import speed
from material import REPOSITORY, material, say

PARTS = ("quality", "abstention", "speed")


def main() -> None:
    """Measure what was asked for."""
    arguments = _arguments()
    found = material(arguments.bench)
    size = sum(d["chars"] for d in found.documents) / 1e6
    say(f"{len(found.documents)} documents, {size:.1f} million characters, {len(found.queries)} questions")
    for part in arguments.only or PARTS:
        if part == "quality":
            quality.measure(found, arguments.system)
        elif part == "abstention":
            calibrate.measure(found)
        else:
            speed.measure(found)


def _arguments() -> argparse.Namespace:
    default = Path(os.environ.get("BENCH") or REPOSITORY.parent / "shared" / "bench")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=default, help="the folder of contracts with gold labels")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone (may be repeated)")
    parser.add_argument("--system", default="", help="quality of systems with this in their name; others as last seen")
    return parser.parse_args()


if __name__ == "__main__":
    main()
