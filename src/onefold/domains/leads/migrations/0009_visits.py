"""How accompanied visits went: seen and told by the two who were there, as far as the referral is open to them."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall

THEIRS = "SELECT 1 FROM leads_referral r WHERE r.referral_id = leads_visit.referral_id"


def of(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **more)


def seller(**more: object) -> models.ForeignKey:
    return of("sellers.seller", related_name="+", db_index=False, **more)


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_taking_needs")]
    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("referral", of("leads.referral", related_name="visits")),
                ("number", models.PositiveSmallIntegerField()),
                ("held_on", models.DateField()),
                ("led_by", seller()),
                ("learned_by", seller(null=True)),
                ("closed_by", seller(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["referral", "number"], name="one_word_about_a_visit_at_a_time"),
                    models.CheckConstraint(
                        name="who_leads_does_not_learn", condition=~models.Q(learned_by=models.F("led_by"))
                    ),
                ]
            },
        ),
        firewall.protect(
            "leads_visit",
            may_see=f"EXISTS ({THEIRS})",
            may_write=f"""{firewall.KIND} = 'seller' AND EXISTS ({THEIRS}
                AND r.kind = 'ACCOMPANY' AND {firewall.SELLER} IN (r.from_seller_id, r.to_seller_id)
                AND led_by_id IN (r.from_seller_id, r.to_seller_id)
                AND coalesce(learned_by_id, led_by_id) IN (r.from_seller_id, r.to_seller_id)
                AND coalesce(closed_by_id, led_by_id) IN (r.from_seller_id, r.to_seller_id))""",
            app="SELECT, INSERT",
        ),
    ]
