"""Stars by steps of twenty points, held by three more than they are entered by."""

import pytest

from core.judgement.stars import find_edges, step_stars, to_stars, walk_stars


@pytest.mark.parametrize(
    ("score", "stars"), [(0, 1), (19.9, 1), (20, 2), (40, 3), (59.9, 3), (60, 4), (80, 5), (100, 5)]
)
def test_a_score_without_a_past(score, stars):
    assert to_stars(score) == stars


@pytest.mark.parametrize(
    ("before", "score", "stars"),
    [
        (3, 62.9, 3),
        (3, 63.0, 4),
        (3, 37.0, 3),
        (3, 36.9, 2),
        (1, 100, 5),
        (5, 0, 1),
        (5, 77.0, 5),
        (None, 60, 4),
        (4, None, None),
    ],
)
def test_an_edge_is_left_by_three_points(before, score, stars):
    assert step_stars(before, score) == stars


def test_what_hovers_at_an_edge_does_not_flap():
    assert [walk_stars([61, *[59, 61] * k]) for k in (1, 5)] == [4, 4]
    assert walk_stars([59, *[61, 59] * 5]) == 3, "the same score may be three or four stars, as it came"
    assert walk_stars([80, None, 79]) == 4, "after a hole it begins anew"
    assert walk_stars([]) is None


def test_the_edges_are_where_it_changes():
    for stars in range(1, 6):
        rises, falls = find_edges(stars)
        assert rises is None or (step_stars(stars, rises), step_stars(stars, rises - 0.01)) == (stars + 1, stars)
        assert falls is None or (step_stars(stars, falls - 0.01), step_stars(stars, falls)) == (stars - 1, stars)
    assert (find_edges(5)[0], find_edges(1)[1]) == (None, None)
