"""What must be in order before the server runs, beyond what the settings themselves refuse."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from recommendations.reports.renderers.docx import reference_document


@register()
def check_reference_document(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The municipality's own Word document can be read, if one is named."""
    if not settings.REPORT_REFERENCE_DOCX:
        return []
    try:
        reference_document()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="recommendations.E001")]
    return []
