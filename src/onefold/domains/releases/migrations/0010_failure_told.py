import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0009_changes_firewall")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="failure_told",
            field=models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
        ),
    ]
