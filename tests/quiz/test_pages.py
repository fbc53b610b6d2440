"""The pages: practice for strangers, ranked rounds for verified people, the organiser's tools (E2)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.policies.models import Policy
from skillweek.quiz.models import Attempt, PracticeDay, Question, Quiz
from tests.factories import Tree, client_of
from tests.participation.make import client_for, participant
from tests.quiz import make


def _token(page: str) -> str:
    found = re.search(r'name="round" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.requirement("E2")
def test_a_stranger_practises_and_reads_why(edition: Edition, tree: Tree, host: User) -> None:
    policy = Policy.objects.create(edition=edition, organisation=tree.host, title="示例办法", live_at=now())
    make.bank(edition, tree.host, 3, policy=policy, article="第三条")
    quiz = make.quiz(edition, tree.host, host)
    client, url = Client(), reverse("quiz_public:practice", args=[quiz.pk])
    page = client.get(url).content.decode()
    assert "因为是乙" not in page
    for number in range(3):
        token = _token(page)
        judged = client.post(url, {"round": token, "choice": "0"}).content.decode()
        assert "因为是乙" in judged and "《示例办法》第三条" in judged
        assert f"/policies/{policy.pk}/#art-3" in judged
        if number < 2:
            page = client.post(url, {"round": _token(judged), "do": "next"}).content.decode()
    assert "这一轮 3 题答对" in judged
    assert PracticeDay.objects.get().rounds == 1
    assert not Attempt.objects.exists()


def test_practice_needs_a_choice_and_takes_no_forged_round(quiz: Quiz) -> None:
    client, url = Client(), reverse("quiz_public:practice", args=[quiz.pk])
    token = _token(client.get(url).content.decode())
    empty = client.post(url, {"round": token})
    assert empty.status_code == 400 and "请先选择答案" in empty.content.decode()
    for forged in ("", "x", token[:-2] + "zz"):
        assert client.post(url, {"round": forged, "choice": "0"}).status_code == 302
    assert client.post(url, {"round": token, "choice": "９"}).status_code == 400


def test_the_page_of_a_question_tells_nothing_of_its_answer(edition: Edition, quiz: Quiz) -> None:
    person = participant(edition)
    attempt = make.begin(quiz, person)
    page = client_for(person).get(reverse("quiz_public:round", args=[attempt.pk])).content.decode()
    assert "因为是乙" not in page and "quiz-right" not in page
    assert re.findall(r'name="choice" value="(\d)"', page) == ["0", "1", "2", "3"]


@pytest.mark.requirement("E2")
def test_a_verified_person_plays_gets_points_and_a_certificate(edition: Edition, quiz: Quiz, tree: Tree) -> None:
    person = participant(edition)
    client = client_for(person)
    start = reverse("quiz_public:start", args=[quiz.pk])
    client.get(start)  # gives the device its number
    begun = client.post(start, {"nickname": "小工匠", "school": tree.school_a.pk, "district": ""})
    attempt = Attempt.objects.get()
    assert attempt.device_key and attempt.network_key
    url = begun["Location"]
    for _each in range(3):
        page = client.get(url)
        turn = page.context["turn"]
        data = {"position": turn.position, "choice": make.places(turn, right=True)}
        client.post(reverse("quiz_public:answer", args=[attempt.pk]), data)
    result = client.get(url, follow=True).content.decode()
    assert "<strong>100</strong>" in result and "领取证书" in result
    paper = client.post(reverse("quiz_public:certificate", args=[attempt.pk]), {"holder": "王小明"}, follow=True)
    assert "王小明" in paper.content.decode()
    assert "小**" not in client.get(reverse("quiz_public:board", args=[quiz.pk])).content.decode()
    assert "小*匠" in Client().get(reverse("quiz_public:board", args=[quiz.pk])).content.decode()
    assert client.get(start, follow=True).redirect_chain[-1][0] == reverse("quiz_public:result", args=[attempt.pk])
    assert "您今天得了 100 分" in client.get(reverse("quiz_public:quiz", args=[quiz.pk])).content.decode()


def test_somebody_unverified_is_sent_to_prove_a_contact_and_back(quiz: Quiz) -> None:
    url = reverse("quiz_public:start", args=[quiz.pk])
    answer = Client().get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/take-part/who/?next=")


def test_somebody_elses_round_is_not_found(edition: Edition, quiz: Quiz) -> None:
    attempt = make.begin(quiz, participant(edition))
    stranger = client_for(participant(edition))
    for name in ("round", "result"):
        assert stranger.get(reverse(f"quiz_public:{name}", args=[attempt.pk])).status_code == 404
    for name in ("answer", "certificate"):
        assert stranger.post(reverse(f"quiz_public:{name}", args=[attempt.pk])).status_code == 404


def test_a_late_answer_is_said_so(edition: Edition, quiz: Quiz) -> None:
    person = participant(edition)
    client = client_for(person)
    with time_machine.travel(now(), tick=False) as clock:
        attempt = make.begin(quiz, person)
        client.get(reverse("quiz_public:round", args=[attempt.pk]))
        clock.shift(timedelta(seconds=40))
        answer = client.post(
            reverse("quiz_public:answer", args=[attempt.pk]), {"position": 1, "choice": "0"}, follow=True
        )
    assert "第 1 题超时" in answer.content.decode()


def test_what_was_typed_stays_when_the_start_is_refused(edition: Edition, quiz: Quiz) -> None:
    client = client_for(participant(edition))
    answer = client.post(reverse("quiz_public:start", args=[quiz.pk]), {"nickname": "13800138000"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "不要写号码" in page and "13800138000" in page


def test_answers_are_kept_back_where_the_organiser_says_so(edition: Edition, tree: Tree, host: User) -> None:
    make.bank(edition, tree.host, 3)
    quiz = make.quiz(edition, tree.host, host, shows_answers=False)
    person = participant(edition)
    attempt = make.play(make.begin(quiz, person), 1)
    page = client_for(person).get(reverse("quiz_public:result", args=[attempt.pk])).content.decode()
    assert "因为是乙" not in page and "未达到合格线" in page


def test_drafts_are_nobodys_business(edition: Edition, tree: Tree, host: User) -> None:
    quiz = make.quiz(edition, tree.host, host, publish=False)
    for name in ("quiz", "practice", "board", "start"):
        assert Client().get(reverse(f"quiz_public:{name}", args=[quiz.pk])).status_code == 404
    assert quiz.title not in Client().get(reverse("quiz_public:index")).content.decode()


@pytest.mark.requirement("E2")
def test_an_organiser_makes_previews_publishes_and_closes(edition: Edition, tree: Tree, host: User) -> None:
    make.bank(edition, tree.host, 5)
    client = client_of(host)
    opens, closes = (now() - timedelta(hours=1)), (now() + timedelta(days=2))
    data: dict[str, Any] = {
        "home": tree.host.pk,
        "title": "职业教育知多少",
        "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
        "has_practice": "on",
        "has_ranked": "on",
        "seconds": 20,
        "pass_mark": 60,
        "device_limit": 3,
        "rule-topic": ["示例主题", ""],
        "rule-difficulty": ["", ""],
        "rule-count": ["4", ""],
    }
    refused = client.post(reverse("quiz:add"), {**data, "rule-count": ["", "x"]})
    assert refused.status_code == 400 and "至少设一条抽题规则" in refused.content.decode()
    page = client.post(reverse("quiz:add"), data, follow=True)
    quiz = Quiz.objects.get()
    assert "示例主题 × 4" in page.content.decode()
    assert quiz.title in client.get(reverse("quiz:index")).content.decode()
    preview = client.get(reverse("quiz:preview", args=[quiz.pk])).content.decode()
    assert preview.count("正确答案") == 4
    client.post(reverse("quiz:act", args=[quiz.pk]), {"do": "publish"})
    quiz.refresh_from_db()
    assert quiz.state == Quiz.State.PUBLISHED
    attempt = make.play(make.begin(quiz, participant(edition)), 4)
    for name in ("results", "board", "results_export", "quiz", "edit"):
        assert client.get(reverse(f"quiz:{name}", args=[quiz.pk])).status_code == 200
    client.post(reverse("quiz:judge", args=[attempt.pk]), {"do": "hide", "reason": "代答"})
    attempt.refresh_from_db()
    assert attempt.hidden_reason == "代答"
    assert Message.objects.get(kind="quiz.hidden").url == reverse("quiz_public:result", args=[attempt.pk])
    assert "代答" in client.get(reverse("quiz:board", args=[quiz.pk]), {"only": "hidden"}).content.decode()
    client.post(reverse("quiz:act", args=[quiz.pk]), {"do": "close"})
    quiz.refresh_from_db()
    assert quiz.state == Quiz.State.CLOSED


def test_a_question_is_written_checked_one_by_one_and_many_at_once(edition: Edition, tree: Tree, host: User) -> None:
    client = client_of(host)
    data = {
        "home": tree.host.pk,
        "kind": "single",
        "stem": "页面上的题？",
        "options": "甲\n乙\n",
        "answer": "ａ",
        "explanation": "因为",
        "source": "《示例办法》",
        "article": "第一条",
        "difficulty": "easy",
        "topic": "主题",
    }
    refused = client.post(reverse("quiz:question_add"), {**data, "answer": "C"})
    assert refused.status_code == 400 and "答案要从选项中选" in refused.content.decode()
    client.post(reverse("quiz:question_add"), data)
    question = Question.objects.get()
    assert (question.source, question.answer, question.options) == ("示例办法", "A", ["甲", "乙"])
    second = make.question(edition, tree.host, "第二题？", state="draft")
    answer = client.post(
        reverse("quiz:question_act", args=[question.pk]), {"do": "check", "version": 1, "on": second.pk}
    )
    assert answer["Location"] == reverse("quiz:question", args=[second.pk])
    third = make.question(edition, tree.host, "没有解析？", state="draft", explanation="")
    page = client.post(reverse("quiz:check_many"), {"question": [second.pk, third.pk, "x"]}, follow=True)
    assert "核对通过 1 道题" in page.content.decode() and "请先补上解析" in page.content.decode()
    assert client.get(reverse("quiz:bank"), {"q": "页面", "state": "checked"}).content.decode().count("页面上的题") >= 1


def test_the_host_loads_the_editions_questions_with_a_button(
    edition: Edition, tree: Tree, host: User, liaison: User
) -> None:
    client = client_of(host)
    assert "载入题库" in client.get(reverse("quiz:bank")).content.decode()
    client.post(reverse("quiz:load"))
    assert Question.objects.count() >= 60
    assert "载入题库" not in client.get(reverse("quiz:bank")).content.decode()
    assert client_of(liaison).post(reverse("quiz:load")).status_code == 403


def test_another_schools_quiz_is_not_found(edition: Edition, tree: Tree, liaison: User, host: User) -> None:
    make.bank(edition, tree.host, 3)
    quiz = make.quiz(edition, tree.school_b, host_of(tree), publish=False)
    client = client_of(liaison)
    for name in ("quiz", "edit", "preview", "results", "board", "results_export"):
        assert client.get(reverse(f"quiz:{name}", args=[quiz.pk])).status_code == 404
    assert client.post(reverse("quiz:act", args=[quiz.pk]), {"do": "publish"}).status_code == 404


def host_of(tree: Tree) -> User:
    """A liaison of school B."""
    from tests.factories import person

    return person(tree.school_b, "liaison")


def test_hostile_input_is_refused_politely(edition: Edition, quiz: Quiz, host: User) -> None:
    client = client_of(host)
    big = "9" * 40
    assert client.post(reverse("quiz:act", args=[quiz.pk]), {"do": "dance"}).status_code == 302
    assert (
        client.get(reverse("quiz:bank"), {"topic": "\0", "state": "x", "page": big, "q": "\0" * 5}).status_code == 200
    )
    person = participant(edition)
    attempt = make.begin(quiz, person)
    data = {"position": big, "choice": ["x" * 1000] * 50}
    assert client_for(person).post(reverse("quiz_public:answer", args=[attempt.pk]), data).status_code == 302
    assert Client().get(reverse("quiz_public:board", args=[quiz.pk]), {"by": "\0"}).status_code == 200


def test_in_an_archived_edition_nothing_starts_and_results_stay(edition: Edition, quiz: Quiz) -> None:
    person = participant(edition)
    make.play(make.begin(quiz, person), 3)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    page = client_for(person).get(reverse("quiz_public:quiz", args=[quiz.pk])).content.decode()
    assert "这场竞答已结束" in page and "开始计分答题" not in page
    assert "现在不能练习" in Client().get(reverse("quiz_public:practice", args=[quiz.pk])).content.decode()
    other = client_for(participant(edition))
    assert other.post(reverse("quiz_public:start", args=[quiz.pk]), {"nickname": "迟到"}).status_code == 403


def test_lists_cost_the_same_with_many_rows(edition: Edition, tree: Tree, host: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(host)
    counts = []
    for number in (2, 12):
        make.bank(edition, tree.host, number, state="draft")
        make.quiz(edition, tree.host, host, publish=False)
        for name in ("bank", "index"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"quiz:{name}")).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
