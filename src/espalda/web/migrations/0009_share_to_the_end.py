from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0008_share_walks'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='share',
            name='last_day',
        ),
    ]
