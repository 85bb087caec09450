"""The embedded server, for real: each test starts, kills and restarts PostgreSQL in a folder of its own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from demo import postgres
from demo.places import PORT

pytestmark = pytest.mark.process

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account can enter (pytest's own are closed to others)."""
    path = Path(tempfile.mkdtemp(prefix="kbi-", dir="/tmp")).resolve()
    path.chmod(0o755)
    yield path
    for home in list(path.rglob("lock")):
        postgres.server(home.parent).clean()
    shutil.rmtree(path)


@pytest.fixture(autouse=True)
def _sound_settings(monkeypatch):
    """As in production: what was committed outlives a kill (`make test` runs its own server faster and looser)."""
    monkeypatch.delenv("KBI_PG_SETTINGS", raising=False)


@pytest.fixture(scope="module")
def shared() -> Iterator[postgres.Server]:
    """One server for the tests that leave it as it was."""
    path = Path(tempfile.mkdtemp(prefix="kbi-", dir="/tmp"))
    path.chmod(0o755)
    server = postgres.server(path / "data" / "postgres")
    yield server
    server.clean()
    shutil.rmtree(path)


@pytest.fixture
def started(shared: postgres.Server) -> postgres.Server:
    return postgres.ensure_running(shared.home)


def ask(server: postgres.Server, query: str, user: str = "kbi_owner", database: str = "kbi") -> list[tuple]:
    with closing(psycopg2.connect(server.url(user, database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []


def postmaster(server: postgres.Server) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split("\n")[0])


def in_another_process(home: Path, deed: str) -> subprocess.Popen:
    code = f"""
import sys
from pathlib import Path
from demo import postgres
from demo.places import PORT
server = postgres.ensure_running(Path({str(home)!r}))
print((server.cluster / "postmaster.pid").read_text().split()[0], flush=True)
{deed}
"""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=postgres.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def modes_above(path: Path) -> dict[Path, tuple[int, int, int]]:
    found = {parent: parent.stat() for parent in path.parents}
    return {parent: (s.st_mode, s.st_uid, s.st_gid) for parent, s in found.items()}


def test_starting_twice_is_starting_once(started):
    before = postmaster(started)
    assert postgres.ensure_running(started.home) is started
    assert postmaster(started) == before


def test_the_server_listens_on_no_network_address(started):
    assert ask(started, "SHOW listen_addresses") == [("",)]


def test_the_socket_is_closed_to_other_accounts(started):
    assert stat.S_IMODE(started.place.sockets.stat().st_mode) == 0o700
    rules = [line for line in (started.cluster / "pg_hba.conf").read_text().splitlines() if line]
    assert rules == ["local all all peer map=kbi"]


def test_a_role_nobody_logs_in_as_is_refused_to_this_account_too(started):
    with pytest.raises(psycopg2.OperationalError, match=r"(?i)peer authentication failed"):
        ask(started, "SELECT 1", user="kbi_backup")


def test_the_database_is_utf8_and_sorts_by_code_point(started):
    query = (
        "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale, pg_get_userbyid(datdba) "
        "FROM pg_database WHERE datname = 'kbi'"
    )
    assert ask(started, query) == [("UTF8", "b", "C.UTF-8", "kbi_owner")]


def test_no_role_of_the_portal_rules_the_server(started):
    query = (
        "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin "
        "FROM pg_roles WHERE rolname ~ '^kbi_' ORDER BY 1"
    )
    assert ask(started, query) == [
        ("kbi_backup", False, False, False, False, True, False),
        ("kbi_log", False, False, False, False, False, False),
        ("kbi_owner", False, False, True, False, False, True),
        ("kbi_web", False, False, False, False, False, True),
    ]


def test_the_web_role_can_make_nothing(started):
    for statement in ("CREATE TABLE x (a int)", "CREATE TEMPORARY TABLE x (a int)", "CREATE SCHEMA x"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(started, statement, user="kbi_web")


def test_the_owner_can_take_the_web_role_but_is_not_bound_by_its_policies(started):
    answer = ask(started, "SELECT pg_has_role('kbi_web', 'SET'), pg_has_role('kbi_web', 'USAGE')")
    assert answer == [(True, False)]


def test_a_role_that_was_given_more_loses_it_at_the_next_start(started):
    ask(started, "ALTER ROLE kbi_web SUPERUSER BYPASSRLS; GRANT pg_read_all_data TO kbi_web", user="postgres")
    postgres.ensure_running(started.home)
    query = (
        "SELECT rolsuper, rolbypassrls, pg_has_role('kbi_web', 'pg_read_all_data', 'MEMBER') "
        "FROM pg_roles WHERE rolname = 'kbi_web'"
    )
    assert ask(started, query) == [(False, False, False)]


# Everything roles.sql decides, in the database `kbi`.
RIGHTS = """
SELECT 'role', rolname, concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
                                  rolreplication, rolbypassrls) FROM pg_roles WHERE rolname ~ '^kbi_'
UNION ALL SELECT 'member', roleid::regrole::text, concat_ws(' ', member::regrole, admin_option, inherit_option)
  FROM pg_auth_members WHERE roleid::regrole::text ~ '^kbi_' OR member::regrole::text ~ '^kbi_'
UNION ALL SELECT 'database', datname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(datacl) a)
  FROM pg_database WHERE datname IN ('kbi', 'postgres')
UNION ALL SELECT 'schema', nspname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(nspacl) a)
  FROM pg_namespace WHERE nspname = 'public'
ORDER BY 1, 2, 3
"""


@pytest.fixture
def roles(started) -> Iterator[Callable[[], list[tuple]]]:
    """Runs roles.sql and returns the rights it leaves; afterwards the server has its own again."""

    def run(database: str = "kbi") -> list[tuple]:
        ask(started, postgres.ROLES.read_text(), user="postgres", database=database)
        return ask(started, RIGHTS, user="postgres")

    yield run
    ask(started, "DROP ROLE IF EXISTS stranger", user="postgres")
    postgres.set_rights(started.url("postgres"))


def test_the_roles_of_an_installation_can_do_no_more_than_they_need(roles):
    assert roles() == [
        ("database", "kbi", "kbi_backup=c/kbi_owner kbi_owner=CTc/kbi_owner kbi_web=c/kbi_owner"),
        ("database", "postgres", None),
        ("member", "pg_read_all_data", "kbi_backup f t"),
        ("role", "kbi_backup", "f t f f f f t"),
        ("role", "kbi_log", "f f f f f f f"),
        ("role", "kbi_owner", "f t f f t f f"),
        ("role", "kbi_web", "f f f f t f f"),
        (
            "schema",
            "public",
            "=U/pg_database_owner kbi_log=UC/pg_database_owner pg_database_owner=UC/pg_database_owner",
        ),
    ]


def test_making_the_roles_twice_is_making_them_once(roles):
    assert roles() == roles()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER ROLE kbi_web SUPERUSER BYPASSRLS INHERIT",
        "ALTER ROLE kbi_owner NOLOGIN NOINHERIT CREATEROLE",
        "ALTER ROLE kbi_backup LOGIN NOBYPASSRLS",
        "ALTER ROLE kbi_log LOGIN REPLICATION",
        "GRANT pg_read_all_data TO kbi_web",
        "GRANT kbi_log TO kbi_owner",
        "CREATE ROLE stranger LOGIN; GRANT kbi_log TO stranger WITH ADMIN OPTION;"
        " SET SESSION AUTHORIZATION stranger; GRANT kbi_log TO kbi_web",
        "REVOKE pg_read_all_data FROM kbi_backup",
        "GRANT pg_read_all_data TO kbi_backup WITH INHERIT FALSE",
        "GRANT TEMPORARY ON DATABASE kbi TO PUBLIC; GRANT CREATE ON DATABASE kbi TO kbi_log",
        "GRANT CREATE ON SCHEMA public TO PUBLIC; REVOKE ALL ON SCHEMA public FROM kbi_log",
        "REVOKE CONNECT ON DATABASE kbi FROM kbi_web",
    ],
)
def test_rights_that_were_changed_are_put_right(roles, started, change):
    expected = roles()
    ask(started, change, user="postgres")
    assert ask(started, RIGHTS, user="postgres") != expected
    assert roles() == expected


def test_the_roles_are_made_before_the_database_and_leave_other_databases_alone(roles, started):
    expected = roles()
    assert roles("postgres") == expected
    assert ("database", "postgres", None) in expected


def test_a_login_role_may_still_be_a_member_of_the_web_role(roles, started):
    roles()
    ask(started, "CREATE ROLE stranger LOGIN IN ROLE kbi_web", user="postgres")
    assert ("member", "kbi_web", "stranger f t") in roles()


def test_psql_makes_the_roles_from_the_file(roles, started, monkeypatch):
    expected = roles()
    ask(started, "GRANT kbi_log TO kbi_owner", user="postgres")
    monkeypatch.setenv("KBI_DATA_DIR", str(started.home.parent))
    words = ("psql", "--user", "postgres", "-v", "ON_ERROR_STOP=1", "-f", str(postgres.ROLES))
    assert postgres.main(words) == 0
    assert roles() == expected


def test_a_superuser_address_leads_to_the_database_named(started):
    address = started.url(postgres.SUPERUSER, "postgres")
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database(), current_setting('is_superuser')")
        assert cursor.fetchone() == ("postgres", "postgres", "on")


def test_a_database_made_again_is_empty_and_has_its_rights(started):
    expected = ask(started, RIGHTS, user="postgres")
    ask(started, "CREATE TABLE earlier (a int)")
    started.recreate_database()
    assert ask(started, "SELECT to_regclass('earlier') IS NULL") == [(True,)]
    assert ask(started, RIGHTS, user="postgres") == expected


def test_a_killed_server_comes_back_with_its_data(started):
    ask(started, "CREATE TABLE IF NOT EXISTS kept (a int); TRUNCATE kept; INSERT INTO kept VALUES (7)")
    killed = postmaster(started)
    os.kill(killed, signal.SIGKILL)
    postgres.ensure_running(started.home)
    assert postmaster(started) != killed
    assert ask(started, "TABLE kept") == [(7,)]


def test_a_pid_file_whose_number_another_program_has_now_does_not_stop_the_start(started):
    started.stop()
    own = f"{os.getpid()}\n{started.cluster}\n1\n5432\n{started.place.sockets}\n\n  1  1\nready\n"
    (started.cluster / "postmaster.pid").write_text(own)
    (started.place.sockets / f".s.PGSQL.{PORT}.lock").write_text(own)
    assert not started.is_running()
    postgres.ensure_running(started.home)
    assert ask(started, "SELECT 1") == [(1,)]


def test_the_last_one_out_stops_the_server(started):
    other = in_another_process(started.home, "sys.stdin.read()")
    other.stdout.readline()
    started.release()
    assert started.is_running()
    other.communicate(timeout=60)
    assert not started.is_running()


def test_a_server_told_to_stay_stays(started):
    started.keep()
    started.release()
    assert started.is_running()
    started.stop()
    assert not started.is_running()


def test_a_setting_that_cannot_be_read_is_named(started, monkeypatch):
    started.stop()
    monkeypatch.setenv("KBI_PG_SETTINGS", "work_mem 4GB")
    with pytest.raises(postgres.ServerError, match="'work_mem'"):
        postgres.ensure_running(started.home)


def test_a_server_that_does_not_come_up_says_why(started, monkeypatch):
    started.stop()
    monkeypatch.setenv("KBI_PG_SETTINGS", "work_mem=plenty")
    with pytest.raises(postgres.ServerError, match=r'did not start: .*"work_mem": "plenty"'):
        postgres.ensure_running(started.home)


def test_the_server_can_be_handled_from_the_command_line(started, monkeypatch, capfd):
    def command(*words: str) -> tuple[int, str]:
        return postgres.main(words), capfd.readouterr().out.strip()

    monkeypatch.setenv("KBI_DATA_DIR", str(started.home.parent))
    assert command("status") == (0, f"running, data in {started.place.data}")
    assert command("url") == (0, started.url("kbi_owner"))
    assert command("psql", "--user", "kbi_web", "-Atc", "SELECT current_user") == (0, "kbi_web")
    assert command("stop") == (0, "")
    assert command("status") == (3, f"stopped, data in {started.place.data}")
    assert command("start") == (0, "")
    assert command("status") == (0, f"running, data in {started.place.data}")
    assert command("stop") == (0, "")


def test_a_folder_that_cannot_be_written_is_named(folder, capsys, monkeypatch):
    (folder / "file").touch()
    monkeypatch.setenv("KBI_DATA_DIR", str(folder / "file"))
    assert postgres.main(["start"]) == 1
    assert str(folder / "file") in capsys.readouterr().err


def test_two_that_start_at_once_share_one_server(folder):
    home = folder / "data" / "postgres"
    both = [in_another_process(home, "sys.stdin.read()") for _ in range(2)]
    first, second = (process.stdout.readline() for process in both)
    assert int(first) == int(second)
    for process in both:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert not postgres.server(home).is_running()


def test_a_half_made_database_is_made_again(folder):
    home = folder / "data" / "postgres"
    for name in ("cluster", "cluster.new"):
        (home / name / "base").mkdir(parents=True)
    (home / "cluster.new" / "PG_VERSION").write_text("18\n")
    server = postgres.ensure_running(home)
    assert ask(server, "SELECT 1", user="kbi_web") == [(1,)]
    server.clean()
    assert list((folder / "data").iterdir()) == []


def test_a_project_that_was_removed_and_made_again_starts_empty(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    home = closed / ".data" / "postgres"
    server = postgres.ensure_running(home)
    ask(server, "CREATE TABLE earlier (a int)")
    server.stop()
    shutil.rmtree(closed / ".data")
    assert ask(postgres.ensure_running(home), "SELECT to_regclass('earlier') IS NULL") == [(True,)]


def test_a_closed_folder_above_keeps_its_mode(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    home = closed / ("a long name " * 8).strip() / ".data" / "postgres"
    before = modes_above(closed / "x")
    server = postgres.ensure_running(home)
    place = server.place.data
    assert ask(server, "SELECT 1", user="kbi_web") == [(1,)]
    assert modes_above(closed / "x") == before
    assert (place == home) is not AS_ROOT
    server.clean()
    assert not place.exists()
    assert list(home.parent.iterdir()) == []
    assert modes_above(closed / "x") == before
