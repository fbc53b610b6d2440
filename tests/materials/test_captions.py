import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.materials.caption_files import captions_from_rows
from skillweek.materials.captions import caption_from_name, is_meaningful

EMPTY = [
    "", "IMG_1234", "IMG_20230514_101530.jpg", "DSC_0012", "DSCN0001 (2)", "微信图片_20230514101530",
    "mmexport1684050000000", "wx_camera_1684", "PXL_20230514", "QQ图片20230514", "无", "待补充",
    "Screenshot_2023-05-14-10-15-30", "照片1", "图 3", "第2张", "2023年5月14日", "20230514", "5.14", "a3f9c2d4e5b60718",
    "550e8400-e29b-41d4-a716-446655440000", "活动照片", "现场图片",
]  # fmt: skip
TELLING = [
    "茶艺展示", "护理专业学生为居民测量血压", "2023年5月14日启动仪式", "校企合作签约", "Students serve tea",
    "图1 木工体验", "家长参观实训楼",
]  # fmt: skip


@pytest.mark.requirement("C3")
@pytest.mark.parametrize("caption", EMPTY)
def test_is_meaningful_refuses_what_devices_write(caption):
    assert is_meaningful(caption) is False


@pytest.mark.requirement("C3")
@pytest.mark.parametrize("caption", TELLING)
def test_is_meaningful_accepts_what_people_write(caption):
    assert is_meaningful(caption) is True


@pytest.mark.requirement("C7")
@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("照片/01-茶艺展示.jpg", "茶艺展示"),
        ("(3)校企合作签约.JPG", "校企合作签约"),
        ("IMG_1234.JPG", ""),
        ("a\\b\\开放日_家长参观.jpeg", "开放日 家长参观"),
    ],
)
def test_caption_from_name_reads_the_stem(name, caption):
    assert caption_from_name(name) == caption


@given(st.text(max_size=300))
def test_is_meaningful_never_raises(caption):
    assert is_meaningful(caption) in (True, False)


DEVICES = st.sampled_from(
    ["IMG_", "DSC", "微信图片_", "mmexport", "照片", "图", "Screenshot_", "QQ图片", "PXL_", "wx_camera_"]
)
NUMBERS = st.from_regex(r"[0-9]{1,14}( ?[(（][0-9]{1,2}[)）])?", fullmatch=True)
SCENES = st.text(alphabet="茶艺专业学生为社区居民表演护理服务木工体验开放日参观", min_size=4, max_size=30)
ENDINGS = st.sampled_from(["", ".jpg", ".JPG", ".jpeg", ".heic"])


@pytest.mark.requirement("C3")
@given(device=DEVICES, number=NUMBERS, ending=ENDINGS)
def test_no_device_and_number_make_a_caption(device, number, ending):
    assert is_meaningful(device + number + ending) is False
    assert caption_from_name(device + number + ending) == ""


@pytest.mark.requirement("C3")
@given(device=DEVICES, number=NUMBERS, scene=SCENES, ending=ENDINGS)
def test_what_people_add_makes_a_caption(device, number, scene, ending):
    assert is_meaningful(device + number + scene + ending) is True


@pytest.mark.requirement("C7")
@given(number=st.integers(1, 99), mark=st.sampled_from([".", "、", "-", "_", " "]), scene=SCENES)
def test_a_leading_number_is_no_part_of_the_caption(number, mark, scene):
    assert caption_from_name(f"{number:02}{mark}{scene}.jpg") == scene


@pytest.mark.requirement("C7")
@given(captions=st.dictionaries(st.from_regex(r"[A-Z]{3}_[0-9]{4}", fullmatch=True), SCENES, min_size=1, max_size=8))
def test_a_list_of_captions_gives_each_photo_its_own(captions):
    by_table = captions_from_rows([["文件名", "说明"], *([f"{name}.jpg", text] for name, text in captions.items())])
    by_line = captions_from_rows([[f"{name}.JPG：{text}"] for name, text in captions.items()])

    for name, text in captions.items():
        assert by_table.get(f"照片/{name}.jpg") == by_line.get(f"{name}.jpg") == text
    assert by_table.get("other.jpg") is None
