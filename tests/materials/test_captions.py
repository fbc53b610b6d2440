import pytest
from hypothesis import given
from hypothesis import strategies as st

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
