from archive.search.conditions import Condition

A, B = Condition.tsquery("'a'"), Condition.tsquery("'b'")
SQL = Condition.of("length > %s", 3)


def test_tsqueries_are_joined_into_one():
    assert (A & B).where == "WHERE (entry.vector @@ %s::tsquery)"
    assert (A & B).where_params == ("'a' & 'b'",)
    assert ((A | B) & ~A).where_params == ("('a' | 'b') & !('a')",)


def test_sql_stands_beside_them():
    joined = A & SQL & B

    assert joined.where == "WHERE (entry.vector @@ %s::tsquery AND length > %s)"
    assert joined.where_params == ("'a' & 'b'", 3)


def test_alternatives_and_denials_of_sql():
    assert (A | SQL).where == "WHERE (((entry.vector @@ %s::tsquery) OR (length > %s)))"
    assert (A | SQL).where_params == ("'a'", 3)
    assert (~(A & SQL)).where == "WHERE (NOT (entry.vector @@ %s::tsquery AND length > %s))"


def test_nothing_asks_for_nothing():
    assert (Condition().where, Condition().where_params) == ("", ())
    assert not Condition()
    assert ~Condition() == Condition()
    assert Condition() & A == A


def test_positional_alternatives_are_a_question_of_their_own():
    phrase, other_phrase = (Condition.tsquery(text, positional=True) for text in ("'c' <-> 'd'", "'e' <-> 'f'"))

    joined = Condition.either([phrase, A, SQL, other_phrase, B, A])

    assert joined.where == "WHERE (((entry.vector @@ %s::tsquery) OR (entry.vector @@ %s::tsquery) OR (length > %s)))"
    assert joined.where_params == ("('a' | 'b')", "('c' <-> 'd' | 'e' <-> 'f')", 3)


def test_what_the_index_is_asked_is_asked_with_every_alternative():
    phrase = Condition.tsquery("'c' <-> 'd'", positional=True)

    joined = (A | phrase) & B & SQL & Condition.filed_under_any([8, 16])

    each = "(entry.vector @@ %s::tsquery AND entry.keys && %s::bigint[])"
    assert joined.where == f"WHERE (({each} OR {each}) AND length > %s)"
    # In other words each time, so that the planner leaves it there.
    assert joined.where_params == ("'a' & 'b'", [8, 16], "'c' <-> 'd' & 'b'", [8, 16, 8], 3)


def test_of_two_pairs_of_alternatives_both_hold():
    phrase = Condition.tsquery("'c' <-> 'd'", positional=True)

    joined = (A | phrase) & (B | SQL)

    assert joined.where_params == ("'a'", "'c' <-> 'd'", "'b'", 3)
    assert (A | phrase | B).where_params == ("('a' | 'b')", "'c' <-> 'd'")


def test_pairs_narrow_a_phrase_and_not_its_denial():
    phrase = Condition.tsquery("'c' <-> 'd'", positional=True, pairs=(3, 5))

    assert (A & phrase).where == (
        "WHERE (entry.vector @@ %s::tsquery AND entry.pairs OPERATOR(pg_catalog.@>) %s::smallint[])"
    )
    assert (A & phrase).where_params == ("'a' & 'c' <-> 'd'", [3, 5])
    assert (A & ~phrase).where_params == ("'a' & !('c' <-> 'd')",)
    assert (A & ~(phrase & SQL)).where_params == ("'a'", "'c' <-> 'd'", 3)


def test_pairs_of_one_alternative_are_asked_of_no_other():
    phrase = Condition.tsquery("'c' <-> 'd'", positional=True, pairs=(3,))

    assert (A | phrase).where_params == ("'a'", "'c' <-> 'd'", [3])
    assert ((A | B) & phrase).where_params == ("('a' | 'b') & 'c' <-> 'd'", [3])
