"""Production settings on throw-away folders and a scratch database.

With DATABASE_URL given, the scratch database is made beside the one it names, with the prefix ``bench_``, and dropped
at the end; the named one is never touched.
"""

import atexit
import os
import shutil
import tempfile

_folder = os.environ.get("BENCH_DIR") or tempfile.mkdtemp(prefix="congress-bench-")
if "BENCH_DIR" not in os.environ:
    os.environ["BENCH_DIR"] = _folder  # worker processes share it
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in (
    "DEBUG",
    "EXTRA_HOSTS",
    "CACHE_URL",
    "MEDIA_ROOT",
    "STATIC_ROOT",
    "BEHIND_PROXY",
    "CELERY_BROKER_URL",
    "CELERY_TASK_ALWAYS_EAGER",
):
    os.environ.pop(_name, None)
os.environ["SECRET_KEY"] = "only-for-benchmarks-" + "0123456789" * 5
os.environ["SITE_URL"] = "http://testserver"
os.environ["VAR_DIR"] = _folder
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_folder}/db.sqlite3")

from congress.settings import *  # noqa: E402, F403
from congress.settings import DATABASES, LOGGING  # noqa: E402

_default = DATABASES["default"]
if _default["ENGINE"].endswith("sqlite3"):
    _default["TEST"] = {"NAME": f"{_folder}/bench.sqlite3"}
else:
    _default["TEST"] = {"NAME": f"bench_{_default['NAME']}"}
if os.environ.get("BENCH_WORKER"):
    _default["NAME"] = _default["TEST"]["NAME"]  # a worker process opens the scratch database its parent made
LOGGING["root"]["level"] = "ERROR"  # type: ignore[index]
