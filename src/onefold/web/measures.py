"""What a web process counts of its own work. Labels are names of routes, never paths: their number is bounded by the URL conf.

Several workers answer at one port. Under `onefold up` each writes into files of var/metrics that any of them adds up for `/metrics`
(prometheus-client's multiprocess mode, adr/0031).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.contrib.auth.signals import user_login_failed
from prometheus_client import REGISTRY as OF_THIS_PROCESS
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SECONDS = Histogram("onefold_http_request_duration_seconds", "Time to answer, by route", ["route"], buckets=BUCKETS_S)
REQUESTS = Counter(
    "onefold_http_requests", "Answers by route, method and class of status", ["route", "method", "status"]
)
IN_FLIGHT = Gauge("onefold_http_requests_in_flight", "Requests being answered now", multiprocess_mode="livesum")
SIGN_IN_FAILURES = Counter("onefold_sign_in_failures", "Sign-ins refused")


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer."""
    SECONDS.labels(route).observe(seconds)
    REQUESTS.labels(route, method if method in METHODS else "OTHER", f"{status // 100}xx").inc()


def count_failure(**_: Any) -> None:
    SIGN_IN_FAILURES.inc()


user_login_failed.connect(count_failure, dispatch_uid="onefold.sign_in_failures")


def registry() -> CollectorRegistry:
    """Return what this process counted, or under `onefold up` what all workers did; of dead ones nothing is in flight."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return OF_THIS_PROCESS
    for path in Path(folder).glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if pid.isdigit() and not Path("/proc", pid).exists():
            multiprocess.mark_process_dead(int(pid), folder)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together, folder)
    return together
