from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def carry_over(apps: Any, _editor: Any) -> None:
    sent_form = apps.get_model("web", "SentForm")
    sent = apps.get_model("web", "Reading").objects.exclude(form_id=None).values_list("person_id", "form_id", "pk")
    sent_form.objects.bulk_create(
        sent_form(person_id=person, form_id=form_id, went_to=f"/reading/{pk}/") for person, form_id, pk in sent
    )


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0004_share_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SentForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_id', models.UUIDField()),
                ('went_to', models.TextField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_forms', to='web.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'form_id'), name='a_form_arrives_once')],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='reading',
            name='one_reading_a_form',
        ),
        migrations.RemoveField(
            model_name='reading',
            name='form_id',
        ),
    ]
