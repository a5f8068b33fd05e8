"""Answers taken back at once, and the wall round them: that one was is everybody's business, by whom is not."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_firewall"), ("organisation", "0002_firewall")]
    operations = [
        migrations.CreateModel(
            name="Retraction",
            fields=[
                ("answer_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="organisation.company")),
            ],
        ),
        firewall.protect(
            "contacts_retraction",
            may_see=firewall.ANYONE,
            may_write=f"""{firewall.STAFF} AND company_id = {firewall.COMPANY} AND EXISTS (
                SELECT 1 FROM contacts_attempt a
                WHERE a.attempt_id = contacts_retraction.answer_id AND a.company_id = {firewall.COMPANY})""",
            app="SELECT (answer_id), INSERT",
        ),
    ]
