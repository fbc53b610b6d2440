"""The product's own wording of what entrants agree to; whoever calls for works changes it (E1, E11)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

TERMS: Final = _(
    "1. 作品应为本人或本校创作，内容真实，没有水印和二维码。\n"
    "2. 作品里能认出的人都同意公开；有未成年人出镜的，已取得监护人同意。\n"
    "3. 主办单位可以在活动周的页面、展览和公益宣传中使用作品，并注明作者。\n"
    "4. 审核通过后才会展示。您可以随时撤回作品，撤回后展示、投票和奖项一并取消。\n"
    "5. 手机号码或邮箱只用于联系您，不公开，活动周结束后按期清除。"
)
