"""The documents of a source: which one words stand in, and the link to the page where they stand."""

import pytest
from django.template import Context, Template

from tests.factories import DocumentFactory, PublicationFactory

PDF = "https://eksempel.dk/rapport.pdf"


@pytest.mark.parametrize(
    ("url", "offset", "pages", "leads_to"),
    [
        (PDF, 0, "18", f"{PDF}#page=18"),
        (PDF, 2, "18-19", f"{PDF}#page=20"),
        (PDF, -4, "18", f"{PDF}#page=14"),
        (PDF, -4, "2", f"{PDF}#page=1"),
        (f"{PDF}#del-2", 0, "18", f"{PDF}#page=18"),
        ("https://eksempel.dk/RAPPORT.PDF?v=2", 0, "7", "https://eksempel.dk/RAPPORT.PDF?v=2#page=7"),
        (PDF, None, "18", PDF),  # nobody has counted
        (PDF, 0, "kapitel 1", PDF),  # no page
        (PDF, 0, "", PDF),
        ("https://eksempel.dk/rapport", 0, "18", "https://eksempel.dk/rapport"),  # no file with pages
        ("", 0, "18", ""),
    ],
)
def test_a_page_is_found_in_a_pdf_whose_pages_are_counted(url, offset, pages, leads_to):
    assert DocumentFactory.build(publication=None, url=url, page_offset=offset).at_page(pages) == leads_to


@pytest.mark.django_db
class TestOfASource:
    @pytest.fixture
    def source(self):
        source = PublicationFactory()
        DocumentFactory(publication=source, position=2, title="Bilag 2", url="", page_offset=3)
        return source

    def shown(self, source, named="", pages=""):
        tag = Template("{% load words %}{% document source named pages %}")
        return tag.render(Context({"source": source, "named": named, "pages": pages}))

    def test_the_first_is_its_own_and_the_others_are_found_by_name(self, source):
        assert source.document().title == "Anbefalinger.pdf"
        assert source.document("Bilag 2").page_offset == 3
        assert source.document("Bilag 3") is None

    def test_is_shown_as_a_link_to_the_page_where_there_is_an_address(self, source):
        source.documents.filter(position=1).update(page_offset=1)
        assert 'href="https://eksempel.dk/anbefalinger.pdf#page=5"' in self.shown(source, pages="4")
        assert self.shown(source, "Bilag 2", "4") == "Bilag 2"
        assert self.shown(source, "<b>Bilag 3</b>") == "&lt;b&gt;Bilag 3&lt;/b&gt;"  # none of the source's

    def test_takes_no_query_where_they_were_read_with_the_source(self, source, django_assert_num_queries):
        read = type(source).objects.prefetch_related("documents").get(pk=source.pk)
        with django_assert_num_queries(0):
            assert self.shown(read) == self.shown(read, "Anbefalinger.pdf")
