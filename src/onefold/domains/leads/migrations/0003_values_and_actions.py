from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_firewall")]
    operations = [
        migrations.AddField(
            "offered", "action", models.CharField(default="SELL", max_length=12), preserve_default=False
        ),
        migrations.AddField("offered", "value_minor", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("offered", "basis", models.IntegerField(default=0), preserve_default=False),
    ]
