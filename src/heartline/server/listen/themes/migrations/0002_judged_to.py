"""How far texts were read for the touchpoint that they judge."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("themes", "0001_initial")]
    operations = [migrations.AddField("Progress", "judged_to", models.DateTimeField(null=True))]
