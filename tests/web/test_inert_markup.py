"""Whatever people store is text: no script of it runs, and the policy of the page has nothing to stop."""

from playwright.sync_api import expect

from tests.web.people import Person
from tests.web.visits import Visits

MARKUP = "<img src=x onerror=\"window.ran='title'\"><script>window.ran='script'</script>"
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="parent.ran='svg'">
<script>window.top.ran = 'svg script'</script><rect width="40" height="40" fill="teal"/></svg>"""
VIOLATIONS = """window.violations = [];
addEventListener('securitypolicyviolation', event => violations.push(event.blockedURI + ' ' + event.violatedDirective));"""


def test_it_works(visit: Visits, alice: Person) -> None:
    todo = alice.add(MARKUP, description=MARKUP, notes=f"javascript:alert(1) {MARKUP}")
    alice.attach(todo["todoID"], "<b>bold<.svg", SVG, "image/svg+xml")
    alice.attach(todo["todoID"], "page.html", b"<script>parent.ran='html'</script>", "text/html")
    page = visit(alice)
    page.context.add_init_script(VIOLATIONS)
    page.goto(f"{visit.site.url}/todos/{todo['todoID']}")
    expect(page.get_by_role("link", name=MARKUP)).to_be_visible()
    expect(page.get_by_label("Notes")).to_have_value(f"javascript:alert(1) {MARKUP}")
    page.get_by_role("button", name="Preview <b>bold<.svg").click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_have_js_property("complete", True)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Delete {MARKUP}").click(force=True)
    expect(page.get_by_text(f"Moved “{MARKUP}” to the trash")).to_be_visible()
    assert page.evaluate("window.ran ?? null") is None
    assert page.evaluate("window.violations") == []


def test_an_html_attachment_is_downloaded_not_shown(visit: Visits, alice: Person) -> None:
    todo = alice.add("Sign the lease")
    alice.attach(todo["todoID"], "page.html", b"<script>parent.ran='html'</script>", "text/html")
    page = visit(alice, f"/todos/{todo['todoID']}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download page.html").click()
    assert download.value.suggested_filename == "page.html"
    assert page.url.startswith(visit.site.url)


def test_the_policy_would_stop_what_slipped_through(visit: Visits) -> None:
    page = visit()
    refused = page.evaluate(
        """() => {
            try {
                document.body.setAttribute('onclick', 'window.ran = 1');
            } catch (error) {
                return error.name;
            }
        }"""
    )
    stopped = page.evaluate(
        """() => new Promise(resolve => {
            addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
            new Image().src = 'https://elsewhere.example/pixel.png';
        })"""
    )
    assert (refused, stopped) == ("TypeError", "img-src")
    visit.complaints.clear()  # Chromium's own lines about the two
