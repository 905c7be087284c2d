"""What production runs on: the compose file, the proxy's headers, the settings that must be given."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GIVEN = {
    "SITE_URL": "https://deputies.example",
    "SITE_HOST": "deputies.example",
    "SECRET_KEY": "x" * 50,
    "PERSONAL_DATA_KEYS": "x" * 43 + "=",
    "POSTGRES_PASSWORD": "p",
    "REDIS_PASSWORD": "r",
    "TLS_DIR": "/etc/tls",
}


@pytest.fixture(scope="module")
def compose(tmp_path_factory) -> list[str]:
    empty = tmp_path_factory.mktemp("compose") / "empty.env"  # not the checkout's own .env
    empty.touch()
    for client in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(client[0]) and subprocess.run([*client, "version"], capture_output=True, check=False).returncode == 0:
            return [*client, "--env-file", str(empty), "--file", str(ROOT / "docker-compose.yml"), "config"]
    pytest.skip("no docker compose client on this machine")


def config(compose: list[str], given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return subprocess.run(compose, env={**environ, **given}, capture_output=True, text=True, check=False)


def test_compose_file_is_valid(compose):
    result = config(compose, GIVEN)
    assert result.returncode == 0, result.stderr
    for service in ("proxy", "web", "worker", "beat", "postgres", "redis"):
        assert f"\n  {service}:\n" in result.stdout


@pytest.mark.parametrize("missing", GIVEN)
def test_compose_stops_when_a_setting_is_missing(compose, missing):
    result = config(compose, {**GIVEN, missing: ""})
    assert result.returncode != 0
    assert f"{missing} is missing" in result.stderr


def test_proxy_overwrites_what_a_client_says_about_itself():
    lines = (ROOT / "deploy" / "nginx.conf.template").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in lines
    assert "proxy_set_header X-Forwarded-Proto https;" in lines


def load_settings(**given: str) -> subprocess.CompletedProcess[str]:
    """Loads the product's settings with exactly the given ones, away from any .env file."""
    code = "import environ; environ.Env.read_env = lambda *a, **k: None; import congress.settings as s; print(s.SESSION_COOKIE_SECURE, s.DEBUG)"
    environ = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ["VAR_DIR"], **given}
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def test_settings_need_only_two_values():
    assert load_settings(SECRET_KEY="s", SITE_URL="https://deputies.example").stdout == "True False\n"
    assert load_settings(SECRET_KEY="s", SITE_URL="http://127.0.0.1:8000").stdout == "False False\n"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SITE_URL": "https://deputies.example"}, "SECRET_KEY"),
        ({"SECRET_KEY": "s"}, "SITE_URL"),
        ({"SECRET_KEY": "s", "SITE_URL": "deputies.example"}, "SITE_URL"),
        ({"SECRET_KEY": "s", "SITE_URL": "https://deputies.example", "PERSONAL_DATA_KEYS": "short"}, "key 1 of PERSONAL_DATA_KEYS"),
    ],
)
def test_missing_or_malformed_settings_fail_by_name(given, named):
    result = load_settings(**given)
    assert result.returncode != 0
    assert named in result.stderr
