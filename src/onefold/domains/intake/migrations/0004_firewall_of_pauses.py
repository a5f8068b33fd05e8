"""The firewall of pauses, ages, quality: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall

OWN = f"{firewall.KIND} = 'group' OR ({firewall.KIND} = 'company' AND company_code = {firewall.COMPANY})"


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_pauses_and_quality"), ("commands", "0002_firewall")]
    operations = [
        firewall.protect(
            "intake_feedpause",
            may_see=OWN,
            may_write=OWN,
            app="SELECT, INSERT, UPDATE (resumed_at, resumed_by)",
        ),
        # How old data is stands beside them wherever they are shown, in other companies too.
        firewall.protect(
            "intake_feeddata",
            may_see=firewall.ANYONE,
            may_write=OWN,
            app="SELECT, INSERT, UPDATE (data_at)",
        ),
        firewall.protect("intake_fieldquality", may_see=OWN),
        firewall.protect("intake_defectcost", may_see=OWN),
    ]
