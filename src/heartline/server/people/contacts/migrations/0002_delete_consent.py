"""What people agreed to moves to a ledger of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial"), ("consent", "0001_initial")]

    operations = [migrations.DeleteModel(name="Consent")]
