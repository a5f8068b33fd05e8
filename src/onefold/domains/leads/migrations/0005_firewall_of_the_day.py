"""The walls round corrections, plans, referrals and loads; and the lead that a referral becomes when it is accepted."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from onefold.commands import firewall

OWN = f"{firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER}"
OWN_LEAD = f"""
    {firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER} AND seller_company_id = {firewall.COMPANY}
    AND EXISTS (SELECT 1 FROM leads_lead l WHERE l.lead_id = {{table}}.lead_id AND l.seller_id = {firewall.SELLER})
"""
CONSENTED = """EXISTS (
    SELECT 1 FROM consent_consent c
    WHERE c.customer_id = leads_referral.customer_id AND c.from_company_id = leads_referral.from_company_id
      AND c.to_company_id = leads_referral.to_company_id AND c.purpose = 'MARKETING' AND 'BASIC' = ANY (c.categories)
      AND c.valid_from <= (SELECT onefold_at())::date
      AND (c.valid_until IS NULL OR c.valid_until > (SELECT onefold_at())::date)
      AND NOT EXISTS (SELECT 1 FROM consent_withdrawal w WHERE w.consent_id = c.consent_id))"""
OPEN_TO_BOTH = f"(to_company_id = from_company_id OR {CONSENTED})"
TAKEN_OVER = f"""
    {firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER} AND seller_company_id = {firewall.COMPANY}
    AND EXISTS (SELECT 1 FROM leads_referral r
        WHERE r.to_lead_id = leads_lead.lead_id AND r.to_seller_id = {firewall.SELLER} AND r.kind = 'HANDOVER'
          AND r.customer_id = leads_lead.customer_id AND r.series_id = leads_lead.series_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0004_the_sellers_day"),
        ("contacts", "0003_retraction"),
        ("consent", "0003_block_retraction"),
    ]
    operations = [
        firewall.protect(
            "leads_correction",
            may_see=f"({OWN}) OR ({firewall.KIND} = 'company' AND seller_company_id = {firewall.COMPANY})",
            may_write=f"""{OWN} AND seller_company_id = {firewall.COMPANY} AND EXISTS (
                SELECT 1 FROM leads_outcome o
                WHERE o.outcome_id = leads_correction.outcome_id AND o.seller_id = {firewall.SELLER})""",
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "leads_reminder", may_see=OWN, may_write=OWN_LEAD.format(table="leads_reminder"), app="SELECT, INSERT"
        ),
        firewall.protect(
            "leads_reminderend",
            may_see=OWN,
            may_write=f"""{OWN} AND EXISTS (
                SELECT 1 FROM leads_reminder r
                WHERE r.reminder_id = leads_reminderend.reminder_id AND r.seller_id = {firewall.SELLER})""",
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "leads_referral",
            may_see=f"""
                ({firewall.KIND} = 'seller' AND (from_seller_id = {firewall.SELLER}
                    OR (to_seller_id = {firewall.SELLER} AND {OPEN_TO_BOTH})))
                OR ({firewall.KIND} = 'company' AND (from_company_id = {firewall.COMPANY}
                    OR (to_company_id = {firewall.COMPANY} AND {OPEN_TO_BOTH})))
            """,
            may_write=f"""
                {firewall.KIND} = 'seller' AND from_seller_id = {firewall.SELLER}
                AND from_company_id = {firewall.COMPANY} AND {OPEN_TO_BOTH}
                AND EXISTS (SELECT 1 FROM leads_lead l
                    WHERE l.lead_id = leads_referral.lead_id AND l.seller_id = {firewall.SELLER})
            """,
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "leads_referralstep",
            may_see="EXISTS (SELECT 1 FROM leads_referral r WHERE r.referral_id = leads_referralstep.referral_id)",
            may_write=f"""{firewall.KIND} = 'seller' AND EXISTS (
                SELECT 1 FROM leads_referral r WHERE r.referral_id = leads_referralstep.referral_id
                  AND {firewall.SELLER} IN (r.from_seller_id, r.to_seller_id))""",
            app="SELECT, INSERT",
        ),
        firewall.open_to_staff("leads_load"),
        # Who accepts a handover gets a lead of their own; nobody makes one otherwise.
        RunSQL(
            f"ALTER POLICY app_scope ON leads_lead WITH CHECK ({TAKEN_OVER}); GRANT INSERT ON leads_lead TO onefold_app;",
            "REVOKE INSERT ON leads_lead FROM onefold_app; ALTER POLICY app_scope ON leads_lead WITH CHECK (false);",
        ),
    ]
