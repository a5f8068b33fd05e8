"""How often a household was contacted, for caps over all companies; and its wall: the count is seen, the company is not."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("contacts", "0003_retraction"), ("customers", "0002_firewall")]
    operations = [
        migrations.CreateModel(
            name="Touch",
            fields=[
                ("touch_id", models.UUIDField(primary_key=True, serialize=False)),
                ("household_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="organisation.company"),
                ),
            ],
            options={"indexes": [models.Index(fields=["household_id", "at"], name="touches_of_a_household")]},
        ),
        firewall.protect(
            "contacts_touch",
            may_see="EXISTS (SELECT 1 FROM customers_customer k WHERE k.household_id = contacts_touch.household_id)",
            may_write=f"{firewall.STAFF} AND company_id = {firewall.COMPANY}",
            app="SELECT (touch_id, household_id, at), INSERT",
        ),
    ]
