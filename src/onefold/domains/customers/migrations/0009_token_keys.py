from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_looks")]

    operations = [
        migrations.AddField(
            model_name="searchtoken",
            name="key_id",
            field=models.CharField(db_default="", default="", max_length=12),
        ),
    ]
