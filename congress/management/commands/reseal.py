"""``manage.py reseal``: seals voters' data anew with the newest key, so that an older one can be taken out of service."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from congress.sealed import reseal_all


class Command(BaseCommand):
    help = "用 PERSONAL_DATA_KEYS 中的第一个密钥，重新加密全部选民信息。更换密钥后运行一次，运行完再去掉旧密钥。可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in reseal_all().items():
            self.stdout.write(f"{name}：{count} 条")
