"""A count that is withheld is empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_movements")]
    operations = [
        migrations.AlterField("indicatorvalue", "numerator", models.BigIntegerField(null=True)),
        migrations.AlterField("indicatorvalue", "denominator", models.BigIntegerField(null=True)),
    ]
