"""How far texts were read for themes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The one table."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signature", models.CharField(default="", max_length=80)),
                ("toward", models.CharField(default="", max_length=80)),
                ("at", models.DateTimeField(null=True)),
                ("last_id", models.TextField(default="")),
                ("version", models.BigIntegerField(default=-1)),
                ("looked_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
