"""Who looked at a customer, for the customer to see."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_shared_by_a_function"), ("organisation", "0007_customers")]
    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("look_id", models.UUIDField(primary_key=True, serialize=False)),
                ("occasion", models.CharField(max_length=20)),
                ("on", models.DateField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.company",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.customer"),
                ),
            ],
        ),
        firewall.protect(
            "customers_look",
            may_see=f"""
                ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
                OR ({firewall.KIND} = 'company' AND company_id = {firewall.COMPANY})
            """,
            may_write=f"""{firewall.STAFF} AND company_id = {firewall.COMPANY} AND EXISTS (
                SELECT 1 FROM customers_customer k WHERE k.customer_id = customers_look.customer_id)""",
            app="SELECT, INSERT",
        ),
    ]
