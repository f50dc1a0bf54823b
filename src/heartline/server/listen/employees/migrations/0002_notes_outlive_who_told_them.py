"""A note that is to leave the lake stays, whoever told it goes meanwhile."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep notes when accounts and links go."""

    dependencies = [("employees", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AlterField(
            "note",
            "by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            "note",
            "slip",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="notes", to="employees.slip"
            ),
        ),
    ]
