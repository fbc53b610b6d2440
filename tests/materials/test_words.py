import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.materials.words import count_words
from skillweek.site.samples import sample_text


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t\u3000\u00a0", 0),
        ("你好，世界。", 6),
        ("Skillweek 2023", 2),
        ("2023年5月14日", 6),
        ("GB/T 1280*720", 2),
        ("don’t", 1),
        ("“技能：让生活更美好”", 11),
        ("……——", 4),
        ("ＡＢ１", 3),
        ("①②", 2),
        ("用Python编程", 4),
        ("𠮷野家", 3),
        ("カタカナ", 4),
    ],
)
def test_count_words_counts_as_word_does(text, words):
    assert count_words(text) == words


@pytest.mark.requirement("C2")
@given(st.text(), st.text())
def test_count_words_adds_up_over_a_line_break(first, second):
    assert count_words(first + "\n" + second) == count_words(first) + count_words(second)


@pytest.mark.requirement("C2")
@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_count_words_counts_every_hanzi(text):
    assert count_words(text) == len(text)


@given(st.integers(min_value=0, max_value=3000), st.integers(min_value=0, max_value=50))
def test_sample_text_has_exactly_the_words_asked_for(words, seed):
    assert count_words(sample_text(words, seed)) == words
