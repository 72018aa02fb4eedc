from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0007_walks'),
    ]

    operations = [
        migrations.AddField(
            model_name='share',
            name='with_walks',
            field=models.BooleanField(default=False),
        ),
    ]
