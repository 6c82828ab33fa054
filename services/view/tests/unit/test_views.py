import itertools

import pytest

from millrace_view.errors import ViewMalformed
from millrace_view.views import create_statement, explain_rejection, order_views, read_view


def _view(name, sql="select 1 as one"):
    return read_view(name, f"datasets/flights/views/{name}.sql", sql)


@pytest.mark.parametrize(
    ("sql", "sources"),
    [
        ("select a from refined.flights", {"refined.flights"}),
        ('select a from "refined"."Daily" d', {"refined.daily"}),
        ("select a from AwsDataCatalog.refined.daily", {"refined.daily"}),
        ("select a from lambda:other.refined.daily", None),
        (
            "select a, weekly from daily d, monthly m where a in (b, c)",
            {"refined.daily", "refined.monthly"},
        ),
        ("select a from x left join y on x.a = y.a, z", {"refined.x", "refined.y", "refined.z"}),
        (
            "select a from (select b from inner_one) join landing.outer_one using (a)",
            {"refined.inner_one", "landing.outer_one"},
        ),
        ("select 'from fake' as a -- from fake\n/* join fake */ from daily", {"refined.daily"}),
        ("with one as (select 1 as a from daily) select a from one", {"refined.daily"}),
        ("with daily as (select a from refined.daily) select a from daily", {"refined.daily"}),
        ("select a from daily union all select b from weekly", {"refined.daily", "refined.weekly"}),
        ("(select a from daily)", {"refined.daily"}),
        (
            "select a from x where a in (select b from y where exists (select 1 from forecast.z))",
            {"refined.x", "refined.y", "forecast.z"},
        ),
        ("select extract(year from day) as y from daily", {"refined.daily"}),
        ("select u from daily cross join unnest(items) as t (u)", {"refined.daily"}),
        (
            "select trim(both 'x' from name) from daily where a is distinct from b",
            {"refined.daily"},
        ),
    ],
)
def test_what_a_view_reads_is_found_by_parsing(sql, sources):
    if sources is None:
        with pytest.raises(ViewMalformed, match="line 1, column"):
            _view("v", sql)
    else:
        assert {str(source) for source in _view("v", sql).reads} == sources


def test_where_a_table_is_named_first_is_known():
    view = _view("v", "-- é\nselect a\n  from refined.b join\n    refined.a on true, refined.b")

    places = {str(source): str(place) for source, place in view.reads.items()}
    assert places == {"refined.a": "line 4, column 13", "refined.b": "line 3, column 16"}


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select a\nfrom daily grup by x, y", "line 2, column 17: .* at 'by'"),
        ("select (a from daily", "line 1, column 11"),
        ("select 'a", "tokenizing"),
    ],
)
def test_what_does_not_parse_is_refused_with_its_place(sql, told):
    with pytest.raises(ViewMalformed, match=rf"flights/views/v\.sql.*{told}"):
        _view("v", sql)


def test_views_come_after_those_they_read_whatever_their_names():
    sqls = {
        "a": "select x from refined.c",
        "b": "select x from flights",
        "c": 'select x from b join "refined"."d" on true',
        "d": "select x from flights",
    }
    for names in itertools.permutations(sqls):
        order = [view.name for view in order_views(_view(name, sqls[name]) for name in names)]

        assert order.index("c") < order.index("a")
        assert max(order.index("b"), order.index("d")) < order.index("c")


def test_a_circle_is_named():
    views = [_view("a", "select x from b"), _view("b", "select x from a")]

    with pytest.raises(ViewMalformed, match=r"a reads b reads a|b reads a reads b"):
        order_views(views)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("", "holds no statement"),
        ("-- nothing\n;", "holds no statement"),
        ("drop table refined.flights", "begins with 'drop'"),
        ("select 1;\ndrop table x", "line 1: holds more than one"),
        ("select 1 as a\n;;\nselect 2", "line 2: holds more than one"),
        ('"select" 1', "begins with 'select'"),
    ],
)
def test_a_file_that_is_not_one_select_is_refused(sql, told):
    with pytest.raises(ViewMalformed, match=told):
        _view("v", sql)


@pytest.mark.parametrize(
    ("sql", "select"),
    [
        ("select ';' as a", "select ';' as a"),
        ("select 1 as a; -- done; really", "select 1 as a"),
        ("(select 1 as a)", "(select 1 as a)"),
        ("WITH x AS (SELECT 1 a) SELECT a FROM x;\n\n", "WITH x AS (SELECT 1 a) SELECT a FROM x"),
        ('select a as ";" from t', 'select a as ";" from t'),
        ("select 'it''s; fine'", "select 'it''s; fine'"),
    ],
)
def test_semicolons_in_literals_names_comments_and_at_the_end_are_no_second_statement(sql, select):
    assert _view("v", sql).select == select


def test_the_statement_quotes_the_name_and_ends_before_the_semicolon():
    statement = create_statement(_view("daily", "-- why\nselect 1 as a;\n"))

    assert statement == 'CREATE OR REPLACE VIEW "refined"."daily" AS\n-- why\nselect 1 as a'


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            "COLUMN_NOT_FOUND: line 4:8: Column 'x' cannot be resolved",
            "daily.sql, line 3, column 8: COLUMN_NOT_FOUND: Column 'x' cannot be resolved",
        ),
        ("line 2:1: mismatched input", "daily.sql, line 1, column 1: mismatched input"),
        ("no position", "daily.sql: no position"),
    ],
)
def test_a_position_in_the_statement_is_told_as_one_in_the_file(reason, told):
    assert explain_rejection(_view("daily"), reason) == f"datasets/flights/views/{told}"
