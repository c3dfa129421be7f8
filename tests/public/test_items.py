"""One recommendation, one initiative."""

from datetime import date

import pytest

from recommendations.actions import hand_over, publish_from_source
from recommendations.actions.wordings import ItemWords
from recommendations.enums import ItemKind, Status, UpdateKind
from tests.factories import (
    CommitteeAnswerFactory,
    DeadlineFactory,
    DoneWhenFactory,
    InitiativeFactory,
    OwnershipFactory,
    RecommendationFactory,
    RelationFactory,
    StatusUpdateFactory,
    VoteShareFactory,
    published,
    reword,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# The municipality; the item with its votes, its source's documents; wordings, updates with their evidence, deadlines,
# criteria; cells, owners, successions, answers; meetings about the source; neighbours, initiatives, relations.
RECOMMENDATION_QUERIES = 16
# The same with what it carries out in the place of votes, and without meetings and initiatives.
INITIATIVE_QUERIES = 13


@pytest.mark.parametrize("more", [0, 3])
def test_recommendation_takes_the_same_queries_whatever_there_is(more, citizen, world, django_assert_num_queries):
    full = world.full
    for number in range(more):
        committee = OwnershipFactory(item=full).committee
        CommitteeAnswerFactory(item=full, committee=committee)
        CommitteeAnswerFactory(item=full)
        update = published(full, on=date(2026, 9, 3), evidence=3)
        published(full, kind=UpdateKind.CORRECTION, corrects=update, on=date(2026, 9, 4))
        DeadlineFactory(item=full)
        DoneWhenFactory(item=full)
        RelationFactory(from_item=full)
        RelationFactory(from_item=RecommendationFactory(), to_item=full, kind="builds_on")
        full.initiatives.add(InitiativeFactory())
        child = RecommendationFactory(publication=world.ting, number=f"2.1.{number + 1}", parent=full)
        published(child)
    with django_assert_num_queries(RECOMMENDATION_QUERIES):
        text_of(citizen, "/anbefalinger/ting/2.1/")


def test_empty_recommendation_and_heading_take_no_more(citizen, world, django_assert_max_num_queries):
    for number in ("2", "2.2"):
        with django_assert_max_num_queries(RECOMMENDATION_QUERIES):
            text_of(citizen, f"/anbefalinger/ting/{number}/")


@pytest.mark.parametrize("more", [0, 3])
def test_initiative_takes_the_same_queries_whatever_there_is(more, citizen, world, django_assert_num_queries):
    for _ in range(more):
        world.initiative.carries_out.add(RecommendationFactory())
        OwnershipFactory(item=world.initiative)
        published(world.initiative, on=date(2026, 9, 3), evidence=3)
        RelationFactory(to_item=world.initiative)
    with django_assert_num_queries(INITIATIVE_QUERIES):
        text_of(citizen, "/initiativer/ting/7/")


def test_answers_committee_by_committee(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    assert "<strong>Taget til efterretning</strong> <span>Udvalget har ikke lovet at gøre noget.</span>" in html
    assert '<a href="https://eksempel.dk/punkt" rel="external">Punkt 7</a>' in html
    silent = html.split("Socialudvalget</a> (SUD)</th>")[1].split("</tr>")[0]
    assert "<strong>Intet svar registreret</strong>" in silent
    assert "har ikke svaret" not in html


def test_answer_says_how_long_it_took(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    assert '<span class="quiet">93 dage efter overdragelsen</span>' in html


@pytest.mark.parametrize(
    ("query", "time"), [("", "for 2 år og 4 måneder siden"), ("?pr=2024-06-18", "for 1 dag siden")]
)
def test_time_since_the_hand_over_is_said_once_and_to_the_day_that_is_looked_at(query, time, citizen, world):
    html = text_of(citizen, f"/anbefalinger/ting/2.2/{query}")
    sentence = f'Anbefalingerne blev overdraget <time datetime="2024-06-17">17. juni 2024</time>, {time}.'
    assert html.count("Anbefalingerne blev overdraget") == html.count(sentence) == 1


def test_corrected_answer_can_still_be_read(citizen, world, sud):
    wrong = CommitteeAnswerFactory(item=world.bare, committee=sud, outcome="adopted", text="Ja.")
    CommitteeAnswerFactory(
        item=world.bare, committee=sud, outcome="not_adopted", text="Nej, vi har ikke råd.", corrects=wrong
    )
    html = text_of(citizen, "/anbefalinger/ting/2.2/")
    assert "<strong>Ikke tiltrådt</strong>" in html
    assert "<strong>Rettet:</strong> <strong>Tiltrådt</strong>" in html


def test_committee_that_has_answered_without_owning_is_shown(citizen, world, buu):
    CommitteeAnswerFactory(item=world.bare, committee=buu)
    html = text_of(citizen, "/anbefalinger/ting/2.2/")
    assert 'Børne- og Ungdomsudvalget</a> (BUU) <span class="quiet">har ikke ansvaret for anbefalingen</span>' in html


def test_timeline_with_correction_confirmation_and_evidence(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    timeline = html.split(">Sket</h3>")[1].split("</section>")[0]
    assert timeline.index("Bekræftet: stadig korrekt") < timeline.index("Forsøget er i gang.")
    assert timeline.index("Forsøget er i gang.") < timeline.index("Nej, to.") < timeline.index("Der er sat penge af.")
    assert '<div class="correction">' in timeline
    assert timeline.count("Referat af udvalgets møde") == 3  # of the plan, and two of what came of it
    assert "På vegne af Sundheds- og Omsorgsudvalget (SOU)." in timeline
    assert (
        'Siden er sidst ændret <time datetime="2026-11-02">2. november 2026</time> · '
        'bekræftet <time datetime="2026-10-01">'
    ) in html


def test_deadline_and_criterion_with_every_earlier_one(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/?pr=2026-11-02")
    assert "Flere bydele vil med." in html
    assert "… fire bydele er med." in html
    assert "… alle bydele har et tilbud." in html
    assert "Den første frist var" in html
    assert html.count("Besluttet sammen med svaret.") == 3  # each wording and each deadline with its own reason


def test_votes_say_what_they_mean(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    assert '<strong class="share">92\N{NO-BREAK SPACE}%</strong> støtter.' in html
    assert '<strong class="share">5\N{NO-BREAK SPACE}%</strong> støtter ikke.' in html
    assert "Kilden, side 12" in html
    assert (
        "Procenten er den del af medlemmerne, der støtter anbefalingen. Den siger ikke, hvor langt kommunen er nået."
        in html
    )
    assert "Kilden siger ikke, hvordan resten fordeler sig" not in html


def test_share_without_the_others_says_that_the_source_does_not_tell(citizen, world):
    world.full.votes.get(option="opposes").delete()
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    assert "Kilden siger ikke, hvordan resten fordeler sig på »ved ikke« og »støtter ikke«." in html


def test_unreadable_share_is_said_in_words_and_explains_no_number(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.2/")
    assert "Støtten kan ikke læses i kilden." in html
    assert "Procenten" not in html


def test_share_with_counts(citizen, world):
    VoteShareFactory(item=world.heading, percent="62.5", count=15, voters=24)
    html = text_of(citizen, "/anbefalinger/ting/2/")
    assert "62,5\N{NO-BREAK SPACE}%" in html
    assert "15 af 24 medlemmer, der kunne stemme." in html


def test_heading_adds_up_what_is_below(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2/")
    assert 'Samlet: <span class="status" data-status="in_progress">I gang</span>' in html
    assert "0 af 2 gennemført, 1 i gang, 1 uden status" in html
    assert "Intet svar registreret" not in html


def test_what_is_below_a_recommendation_adds_up_too(citizen, world):
    child = RecommendationFactory(publication=world.ting, number="2.1.1", parent=world.full)
    published(child, Status.IMPLEMENTED)
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    below = html.split("Det hører under")[1]
    assert 'Samlet: <span class="status" data-status="implemented">' in below
    assert "1 af 1 gennemført" in below


def test_heading_with_nothing_begun_shows_the_counts_alone(citizen):
    heading = RecommendationFactory(publication__slug="ting", number="4", kind=ItemKind.HEADING)
    RecommendationFactory(publication=heading.publication, number="4.1", parent=heading)
    html = text_of(citizen, "/anbefalinger/ting/4/")
    assert "Samlet" not in html
    assert "0 af 1 gennemført, 1 uden status" in html


def test_earlier_day_shows_the_earlier_status_with_a_way_back(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/?pr=2025-06-01")
    assert '<time datetime="2025-06-01">1. juni 2025</time></strong>' in html.split('class="as-of"')[1].split("</p>")[0]
    assert 'href="/anbefalinger/ting/2.1/">Vis, som det er i dag</a>' in html
    assert 'class="standing"><span class="status" data-status="planned">Planlagt</span>' in html
    assert "Forsøget er i gang." not in html


NEW = '<span class="flag">Nyt</span>'


def test_what_is_new_since_a_day_is_marked_and_counted(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/?pr=2026-11-02&siden=2026-11-02")
    # Four updates with the correction, two deadlines, two criteria and the answer: all recorded today.
    assert "9 ting er registreret siden <time" in html
    assert html.count(NEW) == 9
    assert 'href="/anbefalinger/ting/2.1/?pr=2026-11-02">Vis siden uden mærker</a>' in html


def test_that_nothing_is_new_is_said(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.2/?siden=2026-11-02")
    assert "Der er ikke registreret noget nyt siden <time" in html
    assert NEW not in html


def test_nothing_is_marked_where_no_day_is_asked_about(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    assert NEW not in html
    assert "registreret siden" not in html


def test_what_is_new_about_an_initiative(citizen, world):
    assert "1 ting er registreret siden" in text_of(citizen, "/initiativer/ting/7/?siden=2026-11-02")


def test_relations_both_ways_with_who_says_so(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    assert "Udføres af" in html
    assert "Vores læsning" in html
    relation = RelationFactory(
        from_item=world.bare,
        to_item=world.full,
        kind="builds_on",
        basis="source",
        source=world.ting,
    )
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    assert "Er grundlag for" in html
    assert "Står i Tinget" in html
    assert relation.get_kind_display() in text_of(citizen, "/anbefalinger/ting/2.2/")


def test_neighbours_as_people_count(citizen):
    first = RecommendationFactory(publication__slug="ting", number="2.9")
    for number in ("2.10", "2.11"):
        RecommendationFactory(publication=first.publication, number=number)
    html = text_of(citizen, "/anbefalinger/ting/2.10/")
    assert 'rel="prev" href="/anbefalinger/ting/2.9/"' in html
    assert 'rel="next" href="/anbefalinger/ting/2.11/"' in html


def test_initiative_says_whom_it_is_for_and_what_it_belongs_to(citizen, world):
    html = text_of(citizen, "/initiativer/ting/7/")
    assert "Rettet mod" in html
    assert 'href="/anbefalinger/ting/2.1/"' in html
    assert 'data-status="in_progress"' in html


def test_texts_are_escaped(citizen, world):
    published(
        world.bare,
        Status.ABANDONED,
        text="<script>alert(1)</script>",
        decided_by="<b>Udvalget</b>",
        evidence=[{"title": "<i>Bilag</i>"}],
    )
    html = text_of(citizen, "/anbefalinger/ting/2.2/")
    for tag in ("<script>", "<b>", "<i>"):
        assert tag not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_old_updates_keep_the_committees_name_of_their_time(citizen, world, buu):
    published(world.bare, committee=buu)
    assert "På vegne af Børne- og Ungdomsudvalget (BUU)." in text_of(citizen, "/anbefalinger/ting/2.2/")


def test_owners_that_do_not_stand_alike_are_told_apart(citizen, world, sou, sud, buu):
    assert "Udvalg for udvalg: 1 af 2 udvalg: i gang; 1 af 2 udvalg: ingen status registreret." in text_of(
        citizen, "/anbefalinger/ting/2.1/"
    )
    published(world.full, Status.IMPLEMENTED, on=date(2026, 9, 20), committee=sud)
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    # The lead's word counts for the whole.
    assert 'class="standing"><span class="status" data-status="in_progress">I gang</span>' in html
    assert "Udvalg for udvalg: 1 af 2 udvalg: i gang; 1 af 2 udvalg: gennemført." in html
    lead, other = html.split("<dt>Ansvarlige udvalg</dt>")[1].split("</dd>")[:2]
    assert ("Sundheds- og Omsorgsudvalget" in lead, "Hovedansvarlig" in lead, ">I gang</span>" in lead) == (True,) * 3
    assert ("Socialudvalget" in other, "Medansvarlig" in other, ">Gennemført</span>" in other) == (True,) * 3
    assert "1 af 2 udvalg: i gang; 1 af 2 udvalg: gennemført" in text_of(citizen, "/anbefalinger/?kilde=ting")
    # On an earlier day as they stood then; where they stand alike nothing is told apart.
    assert "gennemført." not in text_of(citizen, "/anbefalinger/ting/2.1/?pr=2026-09-15").split("<article>")[1]
    assert "Udvalg for udvalg" not in text_of(citizen, "/anbefalinger/ting/2.2/")


def test_an_owner_of_an_earlier_day_is_told_of_on_that_day(citizen, world, sud, buu, chief):
    hand_over(
        by=chief, predecessor=sud, successor=buu, on=date(2026, 10, 1), items=[world.full], predecessor_ends=False
    )
    for query, names in (("", {"Børne- og Ungdomsudvalget"}), ("?pr=2026-09-30", {"Socialudvalget"})):
        owners = (
            text_of(citizen, f"/anbefalinger/ting/2.1/{query}")
            .split("<dt>Ansvarlige udvalg</dt>")[1]
            .split("</div>")[0]
        )
        found = {name for name in ("Børne- og Ungdomsudvalget", "Socialudvalget") if name in owners}
        assert found == names
    html = text_of(citizen, "/anbefalinger/ting/2.1/?siden=2026-11-02")
    assert NEW in html.split("<dt>Ansvarlige udvalg</dt>")[1].split("</div>")[0]


@pytest.mark.parametrize(
    ("basis", "words", "in_lists"),
    [
        ("source", "Kildens titel", ""),
        ("ours", "Vores titel", "Titlen er vores."),
        ("restated", "Titlen, som den er gengivet i udvalgets papir", "gengivet fra udvalgets papir."),
    ],
)
def test_whose_words_they_are_is_said(basis, words, in_lists, citizen):
    item = RecommendationFactory(
        publication__slug="ting", number="1", title_basis=basis, official_text="Der skal gøres noget."
    )
    html = text_of(citizen, "/anbefalinger/ting/1/")
    assert (f'</h1> <p class="quiet">{words}</p>' in html) is (basis != "source")
    assert html.count(words) == 1
    assert "Resumé ved Københavns Kommune; kildens ord: <a href=" in html
    assert "<h3>Kildens egne ord</h3> <blockquote><p>Der skal gøres noget.</p></blockquote>" in html
    assert in_lists in text_of(citizen, "/anbefalinger/")
    assert item.words.title_is_ours is (basis == "ours")


def test_words_restated_in_a_paper_say_so_and_where_they_stand(citizen, chief):
    item = RecommendationFactory(publication__slug="ting", number="1")
    words = ItemWords(
        item.title,
        official_text="Som i papiret.",
        official_basis="restated",
        document="Indstilling til mødet",
        pages="3",
    )
    reword(by=chief, item=item, words=words, valid_from=date(2026, 10, 1))
    html = text_of(citizen, "/anbefalinger/ting/1/")
    assert "<h3>Som gengivet i udvalgets papir</h3> <blockquote><p>Som i papiret.</p></blockquote>" in html
    assert "Kildens ord: Indstilling til mødet, side 3</p>" in html


def test_options_are_listed_with_the_one_that_was_chosen(citizen, sou):
    area = RecommendationFactory(publication__slug="ting", number="4", kind=ItemKind.AREA)
    OwnershipFactory(item=area, committee=sou)
    options = [
        RecommendationFactory(publication=area.publication, number=f"4.{key}", kind=ItemKind.OPTION, parent=area)
        for key in "abc"
    ]
    CommitteeAnswerFactory(item=area, committee=sou, outcome="adopted", chosen_option=options[1])
    html = text_of(citizen, "/anbefalinger/ting/4/")
    listed = html.split('id="muligheder"')[1].split("</section>")[0].split("<li>")[1:]
    assert ["Mulighed 4.a" in listed[0], "Mulighed 4.b" in listed[1], "Mulighed 4.c" in listed[2]] == [True] * 3
    assert ["Valgt af Sundheds- og Omsorgsudvalget" in one for one in listed] == [False, True, False]
    assert "Det hører under" not in html  # options are no part of what is to be done
    option = text_of(citizen, "/anbefalinger/ting/4.b/")
    assert '<p class="standing">Mulighed.</p>' in option
    assert "Intet svar registreret" not in option
    assert "Ansvarligt udvalg" not in option
    assert '1 anbefaling <span class="aside">og 3 muligheder</span>' in text_of(citizen, "/anbefalinger/")


def test_a_meeting_whose_decision_has_not_been_read_is_no_answer(citizen, world, sud):
    CommitteeAnswerFactory(item=world.bare, committee=sud, outcome="not_read", agenda_url="https://eksempel.dk/punkt")
    html = text_of(citizen, "/anbefalinger/ting/2.2/")
    assert "<strong>Behandlet; beslutningen er ikke læst ind</strong>" in html
    unanswered = text_of(citizen, "/anbefalinger/?kilde=ting&svar=ingen&udvalg=SUD").split('id="resultat"')[1]
    assert 'href="/anbefalinger/ting/2.2/"' in unanswered


def test_counts_and_ranks_of_support_are_said_as_the_source_gives_them(citizen):
    item = RecommendationFactory(publication__slug="ting", number="1")
    VoteShareFactory(item=item, basis="rank", percent=None, rank=3)
    VoteShareFactory(item=item, basis="count", percent=None, option="unsure", count=4, voters=9)
    html = text_of(citizen, "/anbefalinger/ting/1/")
    assert '<strong class="share">Nr. 3</strong> i kildens rækkefølge.' in html
    assert '<strong class="share">4</strong> ved ikke. 4 af 9 medlemmer, der kunne stemme.' in html
    assert "Procenten" not in html


@pytest.mark.parametrize(("met", "first"), [(date(2026, 8, 1), "Senest nyt"), (date(2026, 9, 2), "Hvad udvalgene")])
def test_what_came_last_stands_first_of_news_and_answers(met, first, citizen, world, sou):
    published(world.bare, on=date(2026, 9, 1), text="Der er begyndt.")
    CommitteeAnswerFactory(item=world.bare, committee=sou, meeting_date=met)
    html = text_of(citizen, "/anbefalinger/ting/2.2/").split("<h2 ")
    assert first in html[1]
    assert {"Senest nyt" in html[1], "Senest nyt" in html[2]} == {True, False}


def test_the_committee_that_answered_last_stands_before_the_silent(citizen, world, sou, sud):
    CommitteeAnswerFactory(item=world.bare, committee=sud)
    answers = text_of(citizen, "/anbefalinger/ting/2.2/").split('id="svar"')[1].split("</table>")[0]
    assert answers.index("Socialudvalget") < answers.index("Sundheds- og Omsorgsudvalget")
    CommitteeAnswerFactory(item=world.bare, committee=sou, meeting_date=date(2026, 1, 1))
    answers = text_of(citizen, "/anbefalinger/ting/2.2/").split('id="svar"')[1].split("</table>")[0]
    assert answers.index("Sundheds- og Omsorgsudvalget") < answers.index("Socialudvalget")


def test_a_long_update_is_begun_at_the_head_and_whole_in_the_line_of_time(citizen, world):
    text = "Faste teams besøger borgerne hver dag. " * 20
    update = published(world.bare, text=text)
    latest, rest = text_of(citizen, "/anbefalinger/ting/2.2/").split('id="senest"')[1].split("</section>", 1)
    assert text.strip() not in latest
    assert "Faste teams besøger borgerne hver dag. Faste teams" in latest
    assert f'href="#{update.anchor}"' in latest
    assert text.strip() in rest.split(f'id="{update.anchor}"')[1]


def test_what_was_read_in_from_a_source_is_no_change_of_the_page(citizen, world):
    draft = StatusUpdateFactory(item=world.bare, on=date(2021, 11, 1), author=None, committee=None)
    publish_from_source(update=draft)
    html = text_of(citizen, "/anbefalinger/ting/2.2/")
    assert 'Står i kilden; taget med her <time datetime="2026-11-02">' in html
    assert "Siden er sidst ændret" not in html
    published(world.bare, on=date(2026, 10, 1))
    assert 'Siden er sidst ændret <time datetime="2026-11-02">' in text_of(citizen, "/anbefalinger/ting/2.2/")


def test_a_heading_does_not_look_like_a_recommendation_and_shows_what_it_gathers_first(citizen, world):
    RecommendationFactory(
        publication=world.ting, number="2.3", kind=ItemKind.HEADING, parent=world.heading, title="I 2"
    )
    html = text_of(citizen, "/anbefalinger/ting/2/")
    assert '<p class="kicker">Overskrift i kilden, ikke en anbefaling</p>' in html
    assert html.index("Det samler overskriften") < html.index("Hvad det handler om")
    assert '<li class="subheading"><h3><a href="/anbefalinger/ting/2.3/">2.3 I 2</a></h3></li>' in html
    assert "Ingen status registreret" not in html.split(">2.3 I 2</a>")[1].split("</ul>")[0]
    assert "kicker" not in text_of(citizen, "/anbefalinger/ting/2.1/")


def test_no_line_ends_after_digits_and_a_hyphen(citizen):
    item = RecommendationFactory(number="1", title="Mulighed for 4-dages uge & 2-årig prøve - og mere")
    html = text_of(citizen, item.get_absolute_url())
    heading = html.split("<h1>")[1].split("</h1>")[0]
    unbroken = '<span class="unbroken">{}</span>'.format
    assert heading.endswith(f"Mulighed for {unbroken('4-dages')} uge &amp; {unbroken('2-årig')} prøve - og mere")
