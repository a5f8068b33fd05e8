import django.contrib.postgres.fields
from django.db import migrations, models

EARLIER = """
ALTER TABLE offers_decision NO FORCE ROW LEVEL SECURITY;
UPDATE offers_decision SET warned = array_fill(0::bigint, ARRAY[cardinality(series)]);
ALTER TABLE offers_decision FORCE ROW LEVEL SECURITY;
"""
"""Verdicts of the core before warned of nothing."""


class Migration(migrations.Migration):
    dependencies = [("offers", "0004_fewer_indexes")]
    operations = [
        migrations.AddField(
            "decision",
            "warned",
            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, default=list),
            preserve_default=False,
        ),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
    ]
