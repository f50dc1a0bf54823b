"""With which code a version was published."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it; of what was published before it is not known, so the worker publishes once more."""

    dependencies = [("shell", "0002_publication_took_s")]

    operations = [migrations.AddField("publication", "code", models.CharField(default="", max_length=32))]
