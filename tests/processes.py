"""Real processes of the product on the test database: a web server, a Celery worker, commands."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The address of the test database this process works on."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{quote(at['USER'])}:{quote(at['PASSWORD'])}@{at['HOST'] or '127.0.0.1'}:{at['PORT'] or 5432}/{at['NAME']}"


def environment(**more: str) -> dict[str, str]:
    """What a process of the product needs to work beside this one, under the product's own settings."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "congress.settings",
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(settings.VAR_DIR),
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        **more,
    }


def command(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """``manage.py`` with the arguments, in a process of its own; its output is captured."""
    return subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=environment(**environ),
        capture_output=True,
        text=True,
        check=False,
    )


class Worker:
    """A Celery worker process that may be killed and started again."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, concurrency: int = 1) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--quiet", "-A", "congress", "worker", "--concurrency", str(concurrency)),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            cwd=settings.BASE_DIR,
            env=environment(),
            start_new_session=True,
        )

    def signal(self, number: int) -> None:
        """To the worker and its pool."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL to the worker and its pool, as when a machine loses power."""
        if self.process is not None and self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """The web server of the product, as in production but for the transport. ``workers`` processes of four threads each."""

    def __init__(self, workers: int = 1) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.media = f"{settings.VAR_DIR}/media"
        environ = environment(SITE_URL=self.url, MEDIA_ROOT=self.media)
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"], cwd=settings.BASE_DIR, env=environ, check=True
        )
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "congress.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--workers", str(workers), "--threads", "4", "--log-level", "warning"),
                *("--keep-alive", "75"),  # longer than a browser thinks on a busy machine: it would write into a closed connection
            ],
            cwd=settings.BASE_DIR,
            env=environ,
        )
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.2)
        self.stop()
        raise RuntimeError("the web server of the tests does not answer")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
