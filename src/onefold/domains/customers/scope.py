"""The second wall round customers: the same rule as the row policies, in queries, so that either alone holds.

The consent room lies above this one, so its table is named in SQL here, as the row policies do.
"""

from __future__ import annotations

from datetime import date

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.customers.models import Customer, Membership, SearchToken, SourceRecord

SHARED = """EXISTS (
    SELECT 1 FROM consent_consent shared
    WHERE shared.source_record_id = {table}.source_record_id AND shared.from_company_id = {table}.company_id
      AND shared.to_company_id = %s AND 'BASIC' = ANY (shared.categories) AND shared.purpose = ANY (%s)
      AND shared.valid_from <= %s AND (shared.valid_until IS NULL OR shared.valid_until > %s)
      AND NOT EXISTS (SELECT 1 FROM consent_withdrawal w WHERE w.consent_id = shared.consent_id))"""


def purposes_of(viewer: Viewer) -> list[str]:
    """Sellers sell, so they look under a consent for marketing; a company's other staff also under one for service."""
    return ["MARKETING"] if viewer.kind == ViewerKind.SELLER else ["MARKETING", "SERVICE"]


def _seen(table: str, viewer: Viewer, on: date) -> Q:
    shared = RawSQL(
        SHARED.format(table=table), (viewer.company, purposes_of(viewer), on, on), output_field=BooleanField()
    )
    return Q(company_id=viewer.company) | Q(shared)


def memberships_seen_by(viewer: Viewer, on: date) -> QuerySet[Membership]:
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Membership.objects.filter(_seen("customers_membership", viewer, on))
    if viewer.kind == ViewerKind.CUSTOMER:
        return Membership.objects.filter(customer_id=viewer.customer)
    return Membership.objects.all() if viewer.kind == ViewerKind.SYSTEM else Membership.objects.none()


def records_seen_by(viewer: Viewer, on: date) -> QuerySet[SourceRecord]:
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return SourceRecord.objects.filter(_seen("customers_sourcerecord", viewer, on))
    if viewer.kind == ViewerKind.CUSTOMER:
        return SourceRecord.objects.filter(membership__customer_id=viewer.customer)
    return SourceRecord.objects.all() if viewer.kind == ViewerKind.SYSTEM else SourceRecord.objects.none()


def tokens_seen_by(viewer: Viewer, on: date) -> QuerySet[SearchToken]:
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return SearchToken.objects.filter(_seen("customers_searchtoken", viewer, on))
    return SearchToken.objects.none()


def customers_seen_by(viewer: Viewer, on: date) -> QuerySet[Customer]:
    """Whoever has a membership that the viewer may see. Written out, for inside a subquery Django would rename the table."""
    if viewer.kind == ViewerKind.CUSTOMER:
        return Customer.objects.filter(customer_id=viewer.customer)
    if viewer.kind not in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Customer.objects.all() if viewer.kind == ViewerKind.SYSTEM else Customer.objects.none()
    return Customer.objects.filter(seen_with_the_customer("customers_customer", viewer, on))


def seen_with_the_customer(table: str, viewer: Viewer, on: date) -> Q:
    """Rows of `table` about a customer of whom the viewer may see a membership."""
    known = f"""EXISTS (
        SELECT 1 FROM customers_membership m WHERE m.customer_id = {table}.customer_id
        AND (m.company_id = %s OR {SHARED.format(table="m")}))"""
    values = (viewer.company, viewer.company, purposes_of(viewer), on, on)
    return Q(RawSQL(known, values, output_field=BooleanField()))
