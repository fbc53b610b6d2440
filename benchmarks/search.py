"""Measure the full-text search over many activities (B7): time of a query as the search page asks it, and of the index.

    [DATABASE_URL=postgres://…] python benchmarks/search.py [--activities 10000] [--rounds 300]

Fills a database of its own beside the one that is configured and removes it again; that one is not touched. Texts are
put together by chance from words of the week, 300 to 900 characters each, so that common words stand in most documents:
the worst case for ranking. "matching_ids" is the subquery of the activity list's filter, counted.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from skillweek.search.domain import Entry, put_all  # noqa: E402
from skillweek.search.queries import matching_ids, search  # noqa: E402

COMMON = """
活动 职业教育 学校 学生 老师 家长 社区 居民 市民 体验 展示 服务 技能 专业 实训 企业 开放
校园 现场 互动 参观 介绍 组织 志愿者 免费 报名 传统 工艺 文化 健康 指导 咨询 示范 作品
比赛 讲座 成果 合作 就业 创新 创业 乡村 振兴 工匠 精神 劳动 光荣
""".split()  # noqa: SIM905
RARE = """
茶艺 家电维修 护理 漆线雕 剪纸 陶艺 烘焙 机器人 无人机 数控 焊接 汽修 美发 化妆 花艺 收纳
急救 血压 中医 推拿 育婴 养老 烹饪 面点 咖啡 调酒 摄影 直播 电商 会计 物流 航空 邮轮
导游 闽南 南音 歌仔戏 惠安 石雕 木偶 编程 网络安全 新能源 光伏 测绘 园艺 插花
""".split()  # noqa: SIM905
PLACES = """
思明 湖里 集美 海沧 同安 翔安 鼓浪屿 曾厝垵 杏林 灌口 新阳 马巷 筼筜 莲坂 五缘湾
""".split()  # noqa: SIM905
QUERIES = {
    "a rare word": ["茶艺", "家电维修", "漆线雕", "歌仔戏", "无人机"],
    "one character": ["茶", "艺", "花", "修", "学"],
    "a word of most documents": ["活动", "学生", "体验", "职业教育", "社区"],
    "two common words": ["学校 体验", "免费 服务", "社区居民 健康", "传统 文化"],
    "a sentence": ["带孩子去湖里做陶艺", "老年人免费量血压的活动", "哪里可以修家电"],
    "nothing": ["火箭发射", "魑魅", "xyzzy"],
    "Latin": ["PLC", "robot", "3D打印", "AI"],
}


def entries(count: int, chance: random.Random) -> Iterator[Entry]:
    """Activities made up by chance."""
    for number in range(count):
        rare = chance.sample(RARE, 3)
        words = [*chance.choices(COMMON, k=chance.randrange(120, 380)), *rare * 2]
        chance.shuffle(words)
        latin = chance.choice(["", "", "PLC", "Robotics", "3D打印", "AI"])
        yield Entry(
            kind="activity" if number % 10 else "notice",
            object_id=str(number),
            title=f"{chance.choice(PLACES)}{rare[0]}{chance.choice(COMMON)}{latin}",
            url=f"/activities/{number}/",
            body="，".join("".join(words[start : start + 6]) for start in range(0, len(words), 6)),
            keywords=f"示例第{number % 50}职业学校 {chance.choice(PLACES)}社区",
            edition_id=1,
            weight=3 if number % 100 == 0 else 0,
        )


def measured(run: Callable[[], object], times: list[float]) -> None:
    started = time.perf_counter()
    run()
    times.append((time.perf_counter() - started) * 1000)


def line(name: str, times: list[float]) -> str:
    times = sorted(times)
    p95 = times[min(len(times) - 1, round(len(times) * 0.95))]
    return f"| {name} | {statistics.median(times):.1f} | {p95:.1f} | {times[-1]:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--activities", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    logging.disable(logging.INFO)
    chance = random.Random(options.seed)
    made = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        started = time.perf_counter()
        put_all(entries(options.activities, chance))
        seconds = time.perf_counter() - started
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{connection.vendor}: {options.activities} documents indexed in {seconds:.1f} s", end="; ")
        print(f"{seconds / options.activities * 1000:.2f} ms each\n")
        print("| query | median ms | p95 ms | slowest ms |\n|---|---|---|---|")
        everything: list[float] = []
        for queries in QUERIES.values():
            for query in queries:
                search(query, edition_id=1)
        for name, queries in QUERIES.items():
            times: list[float] = []
            for number in range(options.rounds):
                query, offset = queries[number % len(queries)], 20 * (number // len(queries) % 3)
                measured(lambda: search(query, edition_id=1, offset=offset), times)  # noqa: B023
            print(line(name, times))
            everything += times
        print(line("**all of them, as many of each**", everything))
        times = []
        for number in range(options.rounds):
            query = QUERIES["a rare word"][number % 5] if number % 2 else QUERIES["two common words"][number % 4]
            measured(lambda: matching_ids(query, "activity", 1).count(), times)  # noqa: B023
        print(line("matching_ids", times))
    finally:
        connection.creation.destroy_test_db(made, verbosity=0)


if __name__ == "__main__":
    main()
