"""Asks /healthz of this container as the proxy would; exit status 0 when the answer is 200."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

request = urllib.request.Request(
    "http://127.0.0.1:8000/healthz", headers={"Host": urlsplit(os.environ["SITE_URL"]).netloc, "X-Forwarded-Proto": "https"}
)
try:
    with urllib.request.urlopen(request, timeout=8) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except OSError as error:
    sys.exit(str(error))
