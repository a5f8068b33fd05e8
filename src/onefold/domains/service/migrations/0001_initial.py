"""Successors of sellers who left, and notices to holders. The owner's staff and the successor see them; only the owner tells."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall

OWNERS = f"({firewall.KIND} = 'company' AND company_id = {firewall.COMPANY})"


def of(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **more)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("organisation", "0005_token_lives"),
        ("sellers", "0002_firewall"),
        ("holdings", "0001_initial"),
        ("customers", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Reassignment",
            fields=[
                ("reassignment_id", models.UUIDField(primary_key=True, serialize=False)),
                ("contract_id", models.UUIDField()),
                ("company", of("organisation.company")),
                ("from_seller", of("sellers.seller")),
                ("to_seller", of("sellers.seller", null=True)),
                ("left_on", models.DateField()),
                ("notice_due_on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("contract_id", "from_seller"), name="one_successor_of_a_leaver")
                ],
                "indexes": [models.Index(fields=["company", "notice_due_on"], name="service_rea_company_due")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "reassignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="notice",
                        serialize=False,
                        to="service.reassignment",
                    ),
                ),
                ("company", of("organisation.company", db_index=False)),
                ("told_on", models.DateField()),
                (
                    "way",
                    models.CharField(
                        choices=[("LETTER", "Letter"), ("MESSAGE", "Message"), ("CALL", "Call"), ("VISIT", "Visit")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
        ),
        firewall.protect(
            "service_reassignment",
            may_see=f"{OWNERS} OR ({firewall.KIND} = 'seller' AND to_seller_id = {firewall.SELLER})",
        ),
        firewall.protect(
            "service_notice",
            may_see="EXISTS (SELECT 1 FROM service_reassignment r WHERE r.reassignment_id = service_notice.reassignment_id)",
            may_write=f"""{OWNERS} AND EXISTS (SELECT 1 FROM service_reassignment r
                WHERE r.reassignment_id = service_notice.reassignment_id AND r.company_id = service_notice.company_id)""",
            app="SELECT, INSERT",
        ),
    ]
