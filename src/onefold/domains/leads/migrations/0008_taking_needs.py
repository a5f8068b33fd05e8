"""With whom a customer's wish is: taken in time, passed on, or waiting for anybody of the company. And what customers say to their own offers."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

from onefold.commands import firewall

OWN = f"""
    ({firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER})
    OR ({firewall.KIND} = 'company' AND seller_company_id = {firewall.COMPANY})
"""
WAITING = f"""
    {firewall.KIND} = 'seller' AND seller_company_id = {firewall.COMPANY} AND EXISTS (
        SELECT 1 FROM leads_needleft w WHERE w.need_id = leads_need.need_id
        GROUP BY w.need_id HAVING bool_and(w.waits))
"""
OWN_OFFER = f"""
    {firewall.KIND} = 'customer' AND EXISTS (
        SELECT 1 FROM leads_lead l WHERE l.lead_id = leads_offered.lead_id AND l.customer_id = {firewall.CUSTOMER})
"""
OWN_WORD = f"""
    {firewall.KIND} = 'customer' AND code = 'DECLINED' AND by_customer AND EXISTS (
        SELECT 1 FROM leads_lead l WHERE l.lead_id = leads_outcome.lead_id AND l.customer_id = {firewall.CUSTOMER}
          AND l.seller_id = leads_outcome.seller_id AND l.seller_company_id = leads_outcome.seller_company_id)
"""
BEFORE = """
ALTER TABLE leads_need NO FORCE ROW LEVEL SECURITY;
UPDATE leads_need SET given_at = at, take_until = at;
INSERT INTO leads_needtaken (need_id, seller_id, seller_company_id, at, by)
    SELECT need_id, seller_id, seller_company_id, at, by FROM leads_need;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE leads_need FORCE ROW LEVEL SECURITY;
"""
"""What was open before there was a clock counts as taken by whom it was with."""


def of(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **more)


def one(to: str, name: str, **more: object) -> models.OneToOneField:
    return models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to=to, related_name=name, **more)


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_calls")]
    operations = [
        migrations.AddField("need", "given_at", models.DateTimeField(null=True)),
        migrations.AddField("need", "take_until", models.DateTimeField(null=True)),
        migrations.AddField("need", "instead_of", one("leads.need", "passed_to", null=True)),
        migrations.AddField("outcome", "by_customer", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="NeedTaken",
            fields=[
                ("need", one("leads.need", "taken", primary_key=True, serialize=False)),
                ("seller", of("sellers.seller", related_name="+", db_index=False)),
                ("seller_company", of("organisation.company", related_name="+", db_index=False)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="NeedLeft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("need", of("leads.need", related_name="left")),
                ("seller_company", of("organisation.company", related_name="+")),
                ("waits", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["need", "waits"], name="left_once_and_fetched_once")]
            },
        ),
        RunSQL(BEFORE, RunSQL.noop),
        migrations.AlterField("need", "given_at", models.DateTimeField()),
        migrations.AlterField("need", "take_until", models.DateTimeField()),
        migrations.AddIndex("need", models.Index(fields=["take_until"], name="needs_by_take_until")),
        # Only the company's own: the wall round wishes asks this table, so the table's wall cannot ask back.
        RunSQL(
            """
            ALTER TABLE leads_need ADD CONSTRAINT one_company_a_need UNIQUE (need_id, seller_company_id);
            ALTER TABLE leads_needleft ADD CONSTRAINT left_by_the_needs_company
                FOREIGN KEY (need_id, seller_company_id) REFERENCES leads_need (need_id, seller_company_id);
            """,
            """
            ALTER TABLE leads_needleft DROP CONSTRAINT left_by_the_needs_company;
            ALTER TABLE leads_need DROP CONSTRAINT one_company_a_need;
            """,
        ),
        firewall.protect(
            "leads_needtaken",
            may_see="EXISTS (SELECT 1 FROM leads_need n WHERE n.need_id = leads_needtaken.need_id)",
            may_write=f"({OWN}) AND seller_company_id = {firewall.COMPANY}",
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "leads_needleft",
            may_see=f"{firewall.STAFF} AND seller_company_id = {firewall.COMPANY}",
            may_write=f"{firewall.STAFF} AND seller_company_id = {firewall.COMPANY}",
            app="SELECT, INSERT",
        ),
        firewall.look_again(
            "leads_need",
            may_see=f"{OWN} OR ({WAITING}) OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})",
        ),
        RunSQL(
            f"""
            CREATE POLICY own_offer ON leads_offered FOR SELECT TO onefold_app USING ({OWN_OFFER});
            CREATE POLICY own_word ON leads_outcome FOR INSERT TO onefold_app WITH CHECK ({OWN_WORD});
            """,
            "DROP POLICY own_offer ON leads_offered; DROP POLICY own_word ON leads_outcome",
        ),
    ]
