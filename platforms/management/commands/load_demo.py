"""``manage.py load_demo``: the fictional 榕江区, to try the product on."""

from __future__ import annotations

import os
import secrets
import string
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from platforms import demo


class Command(BaseCommand):
    help = "载入演示数据：虚构的榕江区，3 个街道、8 个镇、1 个华侨农场，两个季度已通报，第三季度待通报。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=1, help="村（社区）、代表和平台的倍数，默认 1")
        parser.add_argument("--seed", type=int, default=2026, help="随机种子，同一种子生成同样的数据，默认 2026")

    def handle(self, *args: Any, scale: int, seed: int, **options: Any) -> None:
        if scale < 1:
            raise CommandError("倍数应为不小于 1 的整数。")
        given = os.environ.get("DEMO_PASSWORD", "")
        password = given or "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))
        try:
            accounts = demo.load(password=password, scale=scale, seed=seed)
        except demo.AlreadyLoaded:
            self.stdout.write("演示数据已在库中，未作改动。")
            return
        except demo.OtherData:
            raise CommandError("数据库中已有其他数据，未载入演示数据。请换一个空的数据库。") from None
        self.stdout.write("演示数据已载入。演示账号：")
        for account in accounts:
            self.stdout.write(f"  {account.username:<11}{account.name}　{account.post}")
        self.stdout.write("密码均为环境变量 DEMO_PASSWORD 的值。" if given else f"密码均为：{password}")
