"""How long publishing took."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it; what was published before took no time that is known."""

    dependencies = [("shell", "0001_initial")]

    operations = [migrations.AddField("publication", "took_s", models.FloatField(default=0.0))]
