from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commands", "0008_key_marks")]

    operations = [
        migrations.AddField(
            model_name="auditbreak",
            name="chain",
            field=models.CharField(db_default="audit", default="audit", max_length=10),
        ),
    ]
