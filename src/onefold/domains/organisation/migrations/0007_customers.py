"""A customer signs in: a scope of its own that names one customer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0006_orders_scope")]
    operations = [
        migrations.AddField(
            "userscope",
            "customer_code",
            models.CharField(blank=True, default="", max_length=36),
            preserve_default=False,
        ),
        migrations.AlterField(
            "userscope",
            "role",
            models.CharField(
                choices=[
                    ("CROSS_SELLING_DESK", "Cross Selling Desk"),
                    ("COMPANY_MANAGER", "Company Manager"),
                    ("SELLER", "Seller"),
                    ("COMPLIANCE", "Compliance"),
                    ("DATA_STEWARD", "Data Steward"),
                    ("COUNTER", "Counter"),
                    ("CUSTOMER", "Customer"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            "userscope",
            models.CheckConstraint(
                name="a_customer_is_somebody_and_of_no_company",
                condition=models.Q(role="CUSTOMER", company_code="", seller_code="") & ~models.Q(customer_code="")
                | ~models.Q(role="CUSTOMER") & models.Q(customer_code=""),
            ),
        ),
    ]
