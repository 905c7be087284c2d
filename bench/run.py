"""``make bench``: the table of benchmarks, also written to bench/results.json. Exit code 1 when a limit is missed.

``make bench ARGS="--only import"`` runs those whose name holds the word.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).parent
HARNESS = {"run", "harness", "settings", "district", "playing", "urls"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="part of a benchmark's name")
    wanted = parser.parse_args().only
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import harness

    for module in pkgutil.iter_modules([str(HERE)]):
        if module.name not in HARNESS:
            importlib.import_module(f"bench.{module.name}")
    jobs = [job for job in harness.registered() if wanted in job.name]
    call_command("collectstatic", interactive=False, verbosity=0)
    named = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        results = [_run(job) for job in jobs]
    finally:
        connection.creation.destroy_test_db(named, verbosity=0)
    (HERE / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0 if results and all(result["ok"] for result in results) else 1


def _run(job) -> dict[str, object]:
    from bench import harness

    start = time.perf_counter()
    try:
        ratio: float | None = round(harness.run(job), 3)
    except Exception:
        traceback.print_exc()
        ratio = None
    ok = ratio is not None and (ratio >= job.limit if job.at_least else ratio <= job.limit)
    measured = "failed" if ratio is None else f"{ratio:g} {job.unit}"
    must = f"{'≥' if job.at_least else '≤'} {job.limit:g} {job.unit}"
    print(f"{'ok  ' if ok else 'MISS'} {measured:>12}  {must:>9}  {job.name}  ({time.perf_counter() - start:.0f} s)", flush=True)
    return {"name": job.name, "ratio": ratio, "limit": job.limit, "ok": ok}


if __name__ == "__main__":
    sys.exit(main())
