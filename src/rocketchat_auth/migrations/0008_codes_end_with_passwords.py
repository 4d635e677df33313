from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rocketchat_auth", "0007_logging_out_in_chat"),
    ]

    operations = [
        migrations.AddField(
            model_name="onetimecode",
            name="password_mark",
            field=models.CharField(default="", editable=False, max_length=64),
        ),
    ]
