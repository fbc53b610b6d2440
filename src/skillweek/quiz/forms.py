"""Browser input of the bank and of quizzes (E2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.content.forms import AssetField
from skillweek.core.forms import choose_from
from skillweek.core.tables.forms import TableForm
from skillweek.organisations.models import Organisation
from skillweek.policies.models import Policy
from skillweek.quiz.domain.quizzes import FIELDS
from skillweek.quiz.models import Question, Quiz
from skillweek.quiz.models.bank import LETTERS


class QuestionForm(forms.Form):
    """One question: options one to a line, the answer as letters."""

    home = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    kind = forms.ChoiceField(label=_("题型"), choices=Question.Kind.choices)
    stem = forms.CharField(label=_("题目"), max_length=400, widget=forms.Textarea({"rows": 3}))
    options = forms.CharField(
        label=_("选项"), required=False, widget=forms.Textarea({"rows": 5}),
        help_text=_("每行一个，按 A、B、C、D 的顺序，2 到 6 个。判断题不用填。"),
    )  # fmt: skip
    answer = forms.CharField(
        label=_("答案"), max_length=20,
        help_text=_("单选填一个字母，多选填几个字母，如 AC。判断题填“正确”或“错误”。"),
    )  # fmt: skip
    explanation = forms.CharField(
        label=_("解析"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("答完后给答题人看：为什么是这个答案。"),
    )  # fmt: skip
    source = forms.CharField(
        label=_("出处"), required=False, max_length=120, help_text=_("法律或文件的全称，不用写书名号。")
    )
    article = forms.CharField(label=_("条款"), required=False, max_length=60, help_text=_("如：第十二条。"))
    policy = forms.ModelChoiceField(
        label=_("政策库中的原文"), required=False, queryset=Policy.objects.none(), empty_label=_("没有关联"),
        help_text=_("关联后，解析里可以直接打开这一条。"),
    )  # fmt: skip
    topic = forms.CharField(
        label=_("主题"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"list": "topics", "autocomplete": "off"}),
    )
    difficulty = forms.ChoiceField(label=_("难度"), choices=Question.Difficulty.choices, initial="medium")
    picture = AssetField(label=_("图片"), required=False)
    picture_alt = forms.CharField(
        label=_("图片说明"), required=False, max_length=200,
        help_text=_("让看不到图片的人也能作答，不要透露答案。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, question: Question, homes: Any = None) -> None:
        super().__init__(data, initial=_question_initial(question) if question.pk else {})
        policy: Any = self.fields["policy"]
        policy.queryset = Policy.objects.filter(edition=question.edition_id).order_by("title")
        if question.pk:
            del self.fields["home"]
            self.fields["picture"].offer(question.organisation, question.edition)  # type: ignore[attr-defined]
            return
        choose_from(self.fields["home"], homes)
        mine = list(homes[:20])
        first, others = mine[0], [home.pk for home in mine[1:]]
        self.fields["picture"].offer(first, question.edition, also=others)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        from skillweek.quiz.transfer import answer_letters

        data = self.cleaned_data
        names = (
            "kind", "stem", "explanation", "source", "article", "policy", "topic", "difficulty", "picture",
            "picture_alt",
        )  # fmt: skip
        return {
            **{name: data[name] for name in names},
            "options": data["options"].splitlines(),
            "answer": answer_letters(data["answer"], data["kind"]),
        }


def _question_initial(question: Question) -> dict[str, Any]:
    names = (
        "kind", "stem", "explanation", "source", "article", "policy", "topic", "difficulty", "picture", "picture_alt",
        "version",
    )  # fmt: skip
    is_judge = question.kind == Question.Kind.JUDGE
    return {
        **{name: getattr(question, name) for name in names},
        "options": "" if is_judge else "\n".join(question.options),
        "answer": question.options[LETTERS.index(question.answer)] if is_judge else question.answer,
    }


class QuestionUploadForm(TableForm):
    """A table of questions to be looked at first."""

    home = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())

    def __init__(self, data: Any = None, files: Any = None, *, homes: Any) -> None:
        super().__init__(data, files)
        choose_from(self.fields["home"], homes)


def _local(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip


class QuizForm(forms.Form):
    """A quiz; the rules of its draw are rows beside the form (``quiz.rules_form``)."""

    home = forms.ModelChoiceField(label=_("主办单位"), queryset=Organisation.objects.none())
    title = forms.CharField(label=_("名称"), max_length=80)
    intro = forms.CharField(
        label=_("介绍"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("给答题人看：为什么答、有什么奖励。"),
    )  # fmt: skip
    opens_at = _local(_("开始时间"))
    closes_at = _local(_("结束时间"))
    has_practice = forms.BooleanField(label=_("开放练习：不用验证，每题答完看解析"), required=False, initial=True)
    has_ranked = forms.BooleanField(label=_("开放计分答题：验证身份，限时，每人每天一次"), required=False, initial=True)
    seconds = forms.IntegerField(label=_("每题秒数"), min_value=5, max_value=300, initial=20)
    pass_mark = forms.IntegerField(
        label=_("合格线"), min_value=1, max_value=100, initial=60, help_text=_("满分 100，达到即可领取证书。")
    )
    device_limit = forms.IntegerField(
        label=_("每台设备每天最多答题人数"), min_value=0, max_value=1000, initial=3,
        help_text=_("防止一人用多个号码反复答。0 表示不限，适合机房集体答题。"),
    )  # fmt: skip
    shows_answers = forms.BooleanField(label=_("计分答完后公布答案和解析"), required=False, initial=True)
    asks_school = forms.BooleanField(label=_("请答题人选择学校，用于学校榜和区榜"), required=False, initial=True)
    certificate_title = forms.CharField(
        label=_("证书名称"), required=False, max_length=60, help_text=_("不填就用竞答名称。")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, quiz: Quiz, homes: Any, initial: dict[str, Any] | None = None) -> None:
        first = {**{name: getattr(quiz, name) for name in FIELDS}, "version": quiz.version} if quiz.pk else initial
        super().__init__(data, initial=first or {})
        if quiz.pk:
            del self.fields["home"]
        else:
            choose_from(self.fields["home"], homes)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class LiveForm(forms.Form):
    """A live round by a quiz's rules."""

    count = forms.IntegerField(label=_("题数"), min_value=1, max_value=100, initial=10)
    seconds = forms.IntegerField(label=_("每题秒数"), min_value=5, max_value=120, initial=20)


class StartForm(forms.Form):
    """Under what name somebody plays, and for which school."""

    nickname = forms.CharField(
        label=_("昵称"), max_length=12, help_text=_("排行榜上只显示首尾两字，中间用星号。"),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )  # fmt: skip
    school = forms.ModelChoiceField(
        label=_("代表学校"), required=False, queryset=Organisation.objects.none(), empty_label=_("不代表学校"),
        help_text=_("学生、老师和家长可选自己的学校，成绩计入学校榜。"),
    )  # fmt: skip
    district = forms.ChoiceField(label=_("所在区"), required=False)

    def __init__(self, data: Any = None, *, quiz: Quiz, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial or {})
        if not quiz.asks_school:
            del self.fields["school"]
            del self.fields["district"]
            return
        school, district = self.fields["school"], self.fields["district"]
        school.queryset = Organisation.objects.schools().order_by("name")  # type: ignore[attr-defined]
        names = [row.name for row in quiz.edition.doc.districts]
        district.choices = [("", _("不选")), *((name, name) for name in names)]  # type: ignore[attr-defined]


class CertificateForm(forms.Form):
    """The name that the certificate bears."""

    holder = forms.CharField(label=_("证书上的姓名"), max_length=30, widget=forms.TextInput({"autocomplete": "name"}))


class JoinForm(forms.Form):
    """Into a live round."""

    code = forms.CharField(
        label=_("大屏幕上的 6 位数字"), max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "code-input"}),
    )  # fmt: skip
    nickname = forms.CharField(
        label=_("昵称"), max_length=12, widget=forms.TextInput({"autocomplete": "nickname"}),
        help_text=_("会显示在大屏幕上，不要写真实姓名和号码。"),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Digits only."""
        return "".join(sign for sign in self.cleaned_data["code"] if sign.isascii() and sign.isdigit())[:6]
