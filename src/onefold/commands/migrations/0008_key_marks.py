from django.db import migrations, models

from onefold.commands.firewall import protect


class Migration(migrations.Migration):
    dependencies = [("commands", "0007_firewall_of_measured")]

    operations = [
        migrations.CreateModel(
            name="KeyMark",
            fields=[
                ("key_id", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=20)),
                ("noted_at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(null=True)),
            ],
        ),
        protect("commands_keymark", may_see="true"),
    ]
