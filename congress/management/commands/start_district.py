"""``manage.py start_district 450603 防城区``: the first step of a new installation, once the database is migrated."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from congress.errors import DomainError
from congress.services import founding
from congress.services.audit import SYSTEM


class Command(BaseCommand):
    help = "初始化：登记本区（县）及其人大、常委会和代表工委，建立系统、安全、审计三员的账号并显示初始密码。只能运行一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="区（县）的 6 位区划代码")
        parser.add_argument("name", help="区（县）的名称，如 防城区")

    def handle(self, *args: Any, code: str, name: str, **options: Any) -> None:
        try:
            passwords = founding.found(actor=SYSTEM, code=code, name=name)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{name}已登记。三员的账号和初始密码如下，只显示这一次，请分别交给三个人，首次登录后更改：")
        for username, password in passwords.items():
            self.stdout.write(f"  {username:<10}{password}")
