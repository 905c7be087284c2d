"""The index by which earlier suggestions like one being written are found: pairs of characters of their titles."""

from django.db import models

from suggestions.models.suggestions import Suggestion


class TitleGram(models.Model):
    """Two neighbouring characters of a suggestion's title, once each."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="grams", db_index=False)
    gram = models.CharField(max_length=2)

    class Meta:
        verbose_name = verbose_name_plural = "标题索引"
        constraints = [models.UniqueConstraint(fields=["suggestion", "gram"], name="title_gram_once")]
        indexes = [models.Index(fields=["gram", "suggestion"], name="title_gram_found")]

    def __str__(self) -> str:
        return self.gram


class GramCount(models.Model):
    """In how many titles a pair stands: the rare ones find, the common ones (加强、建设) only weigh."""

    gram = models.CharField(max_length=2, primary_key=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "标题用字频次"

    def __str__(self) -> str:
        return f"{self.gram} {self.count}"
