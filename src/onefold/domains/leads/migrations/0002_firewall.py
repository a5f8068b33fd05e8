"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall

OWN_LEADS = f"""
    ({firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER})
    OR ({firewall.KIND} = 'company' AND seller_company_id = {firewall.COMPANY})
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("offers", "0002_firewall")]
    operations = [
        firewall.protect(
            "leads_lead", may_see=f"{OWN_LEADS} OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})"
        ),
        firewall.protect("leads_offered", may_see=OWN_LEADS),
        firewall.protect(
            "leads_outcome",
            may_see=OWN_LEADS,
            may_write=f"{firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER} AND seller_company_id = {firewall.COMPANY}",
            app="SELECT, INSERT",
        ),
    ]
