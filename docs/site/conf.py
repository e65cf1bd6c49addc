"""How Sphinx makes the site; `make_site.py` calls it on the sources that `pages.py` has written."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from glossary import link_first_uses

project = "Clustering, by running it"
author = "the authors of the course"
copyright = "the authors; text and code under the MIT licence"
version = release = version_of("clustering-course")
language = "en"
extensions = ["myst_nb", "sphinx.ext.mathjax"]

nb_execution_mode = "off"  # what is shown is what is stored, and what the tests have compared
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "deflist", "dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "pages.slug"
mathjax_path = "mathjax/tex-chtml.js"

html_theme = "sphinx_book_theme"
html_title = project
html_favicon = str(Path(__file__).parent / "static" / "icon.svg")
html_css_files = ["site.css"]
html_js_files = [("site.js", {"type": "module"})]
html_show_sphinx = False
html_copy_source = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "show_navbar_depth": 1,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "navbar_persistent": [],  # the search has its place above the list of lessons
}


def setup(app):
    app.connect("doctree-resolved", link_first_uses)
