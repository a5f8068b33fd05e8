from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_firewall")]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="key_id",
            field=models.CharField(db_default="", default="", max_length=12),
        ),
        migrations.AddField(
            model_name="webhook",
            name="former_key_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
    ]
