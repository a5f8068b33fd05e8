"""`/health`, `/ready` and `/metrics`: for whoever watches the installation. Shut for everybody but this machine and who has the token.

Answered before sessions, users and routes come in, so that they say something also when those cannot work.
"""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from onefold.commands import figures, tracing
from onefold.commands.outages import outage_of
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.releases.queries import published
from onefold.web import measures

WATCHER = Viewer.system("probe")
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_VIA",
)
BEHIND, AHEAD, EMPTY = "MIGRATIONS_MISSING", "SCHEMA_NEWER", "NOTHING_PUBLISHED"


class ProbeMiddleware:
    """Answer the three addresses; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PROBES.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if (trace := tracing.current()) is not None:
            trace.route = f"probe:{request.path_info.strip('/')}"
        return answer() if may_probe(request) else self.get_response(request)


def may_probe(request: HttpRequest) -> bool:
    """Return whether the caller has the token, or sits on this machine itself. A proxy on this machine speaks for strangers."""
    token = settings.METRICS_TOKEN
    said = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
        return True
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and not any(name in request.META for name in FORWARDED)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def health() -> HttpResponse:
    """This process answers. Nothing else is asked."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def ready() -> HttpResponse:
    """200 when people can work here; else 503 and why, by code."""
    reasons = reasons_against()
    body = {"status": "not ready" if reasons else "ready", "reasons": reasons}
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if reasons else {})
    return JsonResponse(body, status=503 if reasons else 200, headers=headers)


def reasons_against() -> list[str]:
    """Return why nobody can work here now; empty when everything is there."""
    try:
        wrong = migrations_differ()
        return wrong or ([] if published(WATCHER) else [EMPTY])
    except Exception as error:
        outage = outage_of(error)
        if outage is None:
            raise
        return [outage.code]


def migrations_differ() -> list[str]:
    """Return in which way the tables are not those of this program."""
    ours, replaced = program_migrations()
    theirs = set(MigrationRecorder(connection).applied_migrations())
    labels = {label for label, _ in ours}
    found = [BEHIND] if ours - theirs else []
    return found + ([AHEAD] if {key for key in theirs - ours if key[0] in labels} - replaced else [])


@cache
def program_migrations() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Return the migrations of this program and those they replace. Reading their files takes a moment, so it is done once."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = (key for migration in loader.disk_migrations.values() for key in migration.replaces)
    return frozenset(loader.disk_migrations), frozenset(replaced)


class Measured:
    """What the jobs side measured last, as Prometheus reads it; without a database only that there is none."""

    def collect(self) -> Iterator[Metric]:
        try:
            with reading(WATCHER):
                newest = figures.newest()
            up = 1.0
        except Exception as error:
            if outage_of(error) is None:
                raise
            newest, up = None, 0.0
        yield _gauge("onefold_database_up", figures.AT_SCRAPE["onefold_database_up"], [({}, up)])
        if newest is None:
            return
        age = max(time.time() - newest.at.timestamp(), 0.0)
        yield _gauge("onefold_measured_age_seconds", figures.AT_SCRAPE["onefold_measured_age_seconds"], [({}, age)])
        for name, rows in newest.figures.items():
            if name in figures.FIGURES:
                yield _gauge(name, figures.FIGURES[name], rows)


def _gauge(name: str, meaning: str, rows: Any) -> GaugeMetricFamily:
    rows = list(rows)
    labels = sorted({label for row, _ in rows for label in row})
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for row, value in rows:
        family.add_metric([str(row.get(label, "")) for label in labels], value)
    return family


def metrics() -> HttpResponse:
    """Everything measured, in Prometheus' text."""
    measured = CollectorRegistry()
    measured.register(Measured())
    text = generate_latest(measures.registry()) + generate_latest(measured)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


PROBES: dict[str, Callable[[], HttpResponse]] = {"/health": health, "/ready": ready, "/metrics": metrics}
