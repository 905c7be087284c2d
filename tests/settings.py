"""The product's own settings on throw-away folders and databases.

TEST_DATABASE_URL and TEST_BROKER_URL choose another database (its name gets the prefix ``test_``) and another broker.
"""

import atexit
import os
import shutil
import tempfile

# One folder per process, so that parallel runs share nothing.
_folder = tempfile.mkdtemp(prefix="congress-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.mkdir(f"{_folder}/static")

for _name in (
    "DEBUG",
    "EXTRA_HOSTS",
    "CACHE_URL",
    "MEDIA_ROOT",
    "STATIC_ROOT",
    "BEHIND_PROXY",
    "PAPER_FONT_DIRS",
    "CELERY_TASK_ALWAYS_EAGER",
):
    os.environ.pop(_name, None)
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5
os.environ["SITE_URL"] = "http://testserver"
os.environ["VAR_DIR"] = _folder
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_folder}/db.sqlite3"
_broker, _, _number = (os.environ.get("TEST_BROKER_URL") or "folder://localhost").rpartition("/")
if _number.isdigit():  # redis://…/8: each parallel process its own Redis database
    _number = str(int(_number) + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]))
os.environ["CELERY_BROKER_URL"] = f"{_broker}/{_number}"

from congress.settings import *  # noqa: E402, F403
from congress.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: real worker and web processes of the tests open it too.
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
