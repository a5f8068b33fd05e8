import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    initial = True
    dependencies = [("customers", "0002_firewall")]
    operations = [
        migrations.CreateModel(
            name="Arm",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("arm", models.CharField(choices=[("HOLDOUT", "Holdout"), ("OPEN", "Open")], max_length=10)),
                ("drawn_on", models.DateField()),
                (
                    "basis",
                    models.CharField(
                        choices=[("DRAWN", "Drawn"), ("HANDED_IN", "Handed In"), ("CARRIED", "Carried")], max_length=10
                    ),
                ),
            ],
        ),
        firewall.protect(
            "holdout_arm",
            may_see="EXISTS (SELECT 1 FROM customers_customer k WHERE k.customer_id = holdout_arm.customer_id)",
        ),
    ]
