from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0003_secret_keys")]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="shown_key_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.RunSQL("GRANT UPDATE (shown_key_id) ON webhooks_webhook TO onefold_app", migrations.RunSQL.noop),
    ]
