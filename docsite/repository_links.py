# ruff: noqa: INP001, TID251  a file beside what it is for; the builder sets the variable
"""A Markdown extension for the site: links to files of the repository that are not pages.

Pages write such links from the repository's root (`/deploy/cost.py#L10`), as GitHub reads them. On the site they lead to the
repository that GITHUB_REPOSITORY names (GitHub Actions sets it). Without it only the text stays.
"""

import os
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class RepositoryLinks(Treeprocessor):
    """Rewrites links that start with a slash."""

    def run(self, root: Element) -> None:
        """Changes ``root`` in place."""
        repository = os.environ.get("GITHUB_REPOSITORY")
        for link in root.iter("a"):
            target = link.get("href", "")
            if not target.startswith("/"):
                continue
            if repository:
                link.set("href", f"https://github.com/{repository}/blob/main{target}")
            else:
                del link.attrib["href"]
                link.set("title", target)


class RepositoryLinksExtension(Extension):
    """Registers the processor after links were parsed."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  Python-Markdown's name
        """Called by Python-Markdown."""
        md.treeprocessors.register(RepositoryLinks(md), "repository_links", 15)


def makeExtension(**options: str) -> RepositoryLinksExtension:  # noqa: N802  Python-Markdown's name
    """Called by Python-Markdown."""
    return RepositoryLinksExtension(**options)
