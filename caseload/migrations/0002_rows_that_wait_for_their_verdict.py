from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("caseload", "0001_uploads")]

    operations = [
        migrations.AlterField(
            model_name="upload",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "wordt nagekeken"),
                    ("checked", "na te kijken"),
                    ("running", "bezig"),
                    ("done", "klaar"),
                    ("stopped", "gestopt"),
                ],
                default="checked",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="uploadrow",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("registered", "nieuw"),
                    ("brought_forward", "eindigt vroeger: laatste dag wordt vervroegd"),
                    ("exists", "staat er al, niets te doen"),
                    ("double", "dubbel in het bestand"),
                    ("wrong", "fout"),
                    ("missing", "staat niet in het bestand: beëindigen?"),
                ],
                max_length=16,
            ),
        ),
    ]
