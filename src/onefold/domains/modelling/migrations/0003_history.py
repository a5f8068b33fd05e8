"""All rulings about a model, not only the last; a count of a few outcomes is empty."""

from django.db import migrations, models

from onefold.commands import firewall

STAFF = f"{firewall.KIND} IN ('group', 'company')"
RULES = [("AUTOMATIC", "Automatic"), ("BY_HAND", "By Hand"), ("RETIRED", "Retired")]


class Migration(migrations.Migration):
    dependencies = [("modelling", "0002_firewall")]
    operations = [
        migrations.AlterField("fit", "outcomes", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="PastRuling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=80)),
                ("rule", models.CharField(choices=RULES, max_length=10)),
                ("champion", models.CharField(blank=True, max_length=32)),
                ("decided_by", models.CharField(max_length=120)),
                ("decided_at", models.DateTimeField()),
                ("why", models.CharField(max_length=400)),
            ],
            options={"indexes": [models.Index(fields=["model", "decided_at"], name="rulings_of_a_model")]},
        ),
        migrations.RunSQL(
            "INSERT INTO modelling_pastruling (model, rule, champion, decided_by, decided_at, why)"
            " SELECT model, rule, champion, decided_by, decided_at, why FROM modelling_ruling",
            migrations.RunSQL.noop,
        ),
        firewall.protect("modelling_pastruling", may_see=STAFF, may_write=STAFF, app="SELECT, INSERT"),
    ]
