"""What is loaded before the first visitor comes."""

import gc

from django.template import engines

from tracker import wsgi


def test_every_template_is_compiled_before_the_first_request():
    loaded = engines["django"].engine.template_loaders[0].get_template_cache
    assert {"overview.html", "publications/detail.html", "admin/recommendations/index.html"} <= loaded.keys()
    assert wsgi.application
    assert gc.isenabled()
