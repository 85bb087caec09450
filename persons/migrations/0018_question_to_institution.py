"""A question stays with the institution it was sent to, whatever number that one gets."""

import django.db.models.deletion
from django.db import migrations, models

SUPPLIER = """
UPDATE persons_question q SET supplier_id = n.id FROM partners_institution n WHERE n.kbo_number = q.supplier_kbo
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0011_successors"), ("persons", "0017_detours_corrected")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="supplier",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.institution",
                verbose_name="leverancier",
            ),
        ),
        migrations.RemoveIndex(model_name="question", name="question_supplier"),
        migrations.AddIndex(
            model_name="question", index=models.Index(fields=["supplier", "due_on"], name="question_to")
        ),
        migrations.RunSQL(SUPPLIER, migrations.RunSQL.noop),
    ]
