from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecommendationsConfig(AppConfig):
    name = "recommendations"
    verbose_name = _("Anbefalinger")

    def ready(self) -> None:
        from recommendations import checks  # noqa: F401  its checks register themselves
