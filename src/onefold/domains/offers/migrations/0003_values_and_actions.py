import django.contrib.postgres.fields
from django.db import migrations, models

EARLIER = """
ALTER TABLE offers_decision NO FORCE ROW LEVEL SECURITY;
UPDATE offers_decision SET
    "values" = (SELECT array_agg(score::bigint) FROM unnest(scores) score),
    bases = array_fill(0, ARRAY[cardinality(series)]),
    actions = (SELECT array_agg(CASE WHEN mask = 0 THEN 'SELL' ELSE '' END) FROM unnest(blocked) mask);
ALTER TABLE offers_decision FORCE ROW LEVEL SECURITY;
"""
"""Verdicts of releases made before: the score was all that ranked, and who was judged was to sell."""


def added(name: str, field: models.Field) -> migrations.AddField:
    array = django.contrib.postgres.fields.ArrayField(base_field=field, size=None, default=list)
    return migrations.AddField("decision", name, array, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("offers", "0002_firewall")]
    operations = [
        added("values", models.BigIntegerField()),
        added("bases", models.IntegerField()),
        added("actions", models.CharField(blank=True, max_length=12)),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
    ]
