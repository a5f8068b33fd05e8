"""The firewall of this room: a company's staff see holds on their company, its customers and on everything; the holding's staff none on
a person. What went is counts, for all staff.
"""

from django.db import migrations

from onefold.commands import firewall

OURS = f"{firewall.KIND} = 'company' AND company_code = {firewall.COMPANY}"
THE_GROUPS = f"{firewall.KIND} = 'group' AND customer_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial"), ("commands", "0002_firewall")]
    operations = [
        firewall.protect(
            "retention_legalhold",
            may_see=f"({OURS}) OR ({THE_GROUPS}) OR ({firewall.KIND} = 'company' AND company_code = '')",
            may_write=f"({OURS}) OR ({THE_GROUPS})",
            app="SELECT, INSERT, UPDATE (lifted_at, lifted_by, lifted_why)",
        ),
        firewall.protect("retention_pruning", may_see=f"{firewall.KIND} IN ('company', 'group')"),
    ]
