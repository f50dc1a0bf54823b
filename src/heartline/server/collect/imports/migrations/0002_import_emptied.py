from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]

    operations = [
        migrations.AddField("import", "held", models.BooleanField(default=False)),
        migrations.AddField("import", "emptied", models.IntegerField(default=0)),
    ]
