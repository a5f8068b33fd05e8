"""The users of a demonstration: one for each role, and one for each seller. Only a demonstration may make them."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, islice

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership
from onefold.domains.leads.models import Offered
from onefold.domains.leads.queries import leads_by_seller
from onefold.domains.orders.models import OrderItem
from onefold.domains.organisation.models import Role
from onefold.domains.organisation.queries import companies
from onefold.domains.organisation.users import set_users
from onefold.domains.releases.queries import active_release_id
from onefold.domains.sellers.queries import sellers
from onefold.kernel.ids import new_id

HARBOUR = (
    ("manager", Role.COMPANY_MANAGER, "HLIFE"),
    ("compliance", Role.COMPLIANCE, "HLIFE"),
    ("steward", Role.DATA_STEWARD, "HPC"),
    ("counter", Role.COUNTER, "HBANK"),
)
"""Harbour Group's staff; of another group, each company gets one of each."""


SHOWN = "shown at the demonstration's entrance"
CUSTOMERS_SHOWN = 3
SELLERS_MAX = 24
"""A group at size has hundreds of sellers; the entrance shows the busiest, and takes any other's code."""


def staff_of(companies: list[str]) -> list[tuple[str, Role, str]]:
    """Return (user name, role, company) of everybody but the sellers."""
    chosen = [(word, role, company) for word, role, company in HARBOUR if company in companies] or [
        (word, role, company) for company in companies for word, role, _ in HARBOUR
    ]
    named = [(f"{word}.{company.lower()}", role, company) for word, role, company in chosen]
    return [("desk", Role.CROSS_SELLING_DESK, ""), *named]


def busiest_sellers() -> set[str]:
    """Return the three sellers of each company who sold most, then with the longest lists; all of them where there are few."""
    system = Viewer.system("demo")
    people = sellers(system)
    if len(people) <= SELLERS_MAX:
        return set(people)
    leads = leads_by_seller(system)
    with reading(system):
        sold = Counter(OrderItem.objects.exclude(contract_id=None).values_list("seller_id", flat=True))
    ranked = sorted(
        people.values(), key=lambda row: (row.company, -sold[row.seller], -leads.get(row.seller, 0), row.seller)
    )
    return {row.seller for _, rows in groupby(ranked, key=lambda row: row.company) for row in islice(rows, 3)}


def many_sided_customers() -> list[str]:
    """Return a few persons who bought something here or are offered something, known to most companies: in the portal there is something
    to see."""
    system = Viewer.system("demo")
    with reading(system):
        persons = Membership.objects.filter(customer__kind="PERSON").values("customer_id")
        bought = Exists(OrderItem.objects.filter(customer_id=OuterRef("customer_id")).exclude(contract_id=None))
        now = Offered.objects.filter(release_id=active_release_id(system), action="SELL")
        offered = Exists(now.filter(lead__customer_id=OuterRef("customer_id")))
        sides = persons.annotate(companies=Count("company_id", distinct=True), bought=bought, offered=offered)
        sides = sides.order_by("-bought", "-offered", "-companies", "customer_id")
        return [str(row["customer_id"]) for row in sides[:CUSTOMERS_SHOWN]]


def demo_people() -> list[dict[str, str]]:
    """Return the personas and one user a seller, as `set_users` takes them, `shown` being whom the entrance shows. Asked as a job."""
    system = Viewer.system("demo")
    busiest = busiest_sellers()
    staff = [
        {"name": name, "role": role.value, "company": company, "shown": SHOWN}
        for name, role, company in staff_of(list(companies(system)))
    ]
    selling = [
        {"name": row.seller.lower(), "role": Role.SELLER.value, "company": row.company, "seller": row.seller,
         "shown": SHOWN if row.seller in busiest else ""}
        for row in sellers(system).values()
    ]  # fmt: skip
    portal = [
        {"name": f"customer.{number}", "role": Role.CUSTOMER.value, "customer": code, "shown": SHOWN}
        for number, code in enumerate(many_sided_customers(), start=1)
    ]
    return [*staff, *selling, *portal]


def make_demo_users(people: list[dict[str, str]]) -> int:
    """Make these users, without passwords (they sign in by a click); return how many there are. Done as the owner."""
    if not settings.DEMO:
        raise clock.DemoClockRefused("Demonstration users are made in a demonstration only.")
    chosen = [{key: value for key, value in person.items() if key != "shown"} for person in people]
    made = set_users(Viewer.system("demo"), new_id(), users=chosen)["users"]
    with transaction.atomic():
        shown, _ = Group.objects.get_or_create(name=SHOWN)
        shown.user_set.set([key for key, person in zip(made, people, strict=True) if person["shown"]])
    return len(made)
