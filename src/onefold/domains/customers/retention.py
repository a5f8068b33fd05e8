"""How the account of who looked at a customer goes."""

from __future__ import annotations

from onefold.commands.retention import Rows

KEPT = (Rows("looks", "customers_look", "look_id", 't."on"', company="t.company_id", customer="t.customer_id"),)
