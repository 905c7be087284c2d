"""The web server in production. WEB_WORKERS: about twice the cores."""

import os

bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_WORKERS", "4"))
threads = 4
timeout = 120  # a large import is read and checked within the request
max_requests, max_requests_jitter = 2000, 200
worker_tmp_dir = "/dev/shm"
accesslog = None  # the proxy keeps the access log
errorlog = "-"
