"""The rail of filters."""

from app.catalogue import vocabulary
from app.catalogue.query import SearchQuery
from app.catalogue.search import search
from app.portal.rail import facet_group

SECRET = "a secret of the tests, long enough"


def tasks(session, count):
    query = SearchQuery(facets={"task": count})
    return facet_group(search(session, query, SECRET).facets["task"], query)


def test_all_tasks_are_shown_by_family_and_the_first_few_by_number(seeded_session):
    few, every = tasks(seeded_session, 6), tasks(seeded_session, 300)

    assert [pick.count for pick in few.picks] == sorted((pick.count for pick in few.picks), reverse=True)
    assert all(pick.heading is None for pick in few.picks)
    headings = [pick.heading for pick in every.picks if pick.heading]
    assert headings == list(vocabulary.task_groups().values())
    families = [vocabulary.terms("task")[pick.value].group for pick in every.picks]
    assert families == sorted(families, key=list(vocabulary.task_groups()).index)
