from django.db import migrations


class Migration(migrations.Migration):
    """Leave room in the pages of the rows of uploaded lists.

    Each row changes once or twice, when it is judged and when it is carried out. With room on its page that touches no
    index, and PostgreSQL removes the old version without VACUUM.
    """

    dependencies = [("caseload", "0002_rows_that_wait_for_their_verdict")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE caseload_uploadrow SET (fillfactor = 45)",
            "ALTER TABLE caseload_uploadrow RESET (fillfactor)",
        )
    ]
