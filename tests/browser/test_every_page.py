"""Every page there is, looked at by somebody who may, on a phone and at a desk: whole, quiet and within its window."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.access import activities, people, suggestions, table
from tests.access import world as worlds
from tests.browser.conftest import DESK, PHONE

PAGES = (*table.PAGES, *people.PAGES, *activities.PAGES, *suggestions.PAGES)

# What a screen reader or a keyboard would stumble over, as far as a script can tell. In Django's own table of rows the column's head speaks.
FAULTS = """() => {
  const faults = [];
  const said = element => `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}${element.name ? "[" + element.name + "]" : ""}`;
  const width = document.documentElement.scrollWidth;
  if (width > window.innerWidth) faults.push(`is ${width} px wide in a window of ${window.innerWidth}`);
  if (!document.documentElement.lang) faults.push("names no language");
  if (document.querySelectorAll("h1").length !== 1) faults.push(`has ${document.querySelectorAll("h1").length} first headings`);
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push(`has two elements with the id ${id}`);
  for (const field of document.querySelectorAll("input:not([type=hidden], [hidden], [type=submit], [type=button]), select, textarea"))
    if (!field.closest(".tabular") && !field.labels?.length && !field.ariaLabel && !field.getAttribute("aria-labelledby")) faults.push(`${said(field)} has no label`);
  for (const button of document.querySelectorAll("button, a[href]"))
    if (!button.innerText.trim() && !button.ariaLabel && !button.getAttribute("aria-labelledby") && !button.title && !button.querySelector("img[alt]:not([alt='']), [title]")
        && !button.textContent.trim() && button.checkVisibility())
      faults.push(`${said(button)} says nothing`);
  for (const image of document.images) if (!image.hasAttribute("alt")) faults.push(`${image.src} has no text in its place`);
  return faults;
}"""


@pytest.mark.parametrize(
    ("width", "mode", "dark"),
    [(PHONE, "", False), (PHONE, "elder", False), (DESK, "", True)],
    ids=["phone", "phone-elder", "desk-dark"],
)
def test_every_page(visit, settings, width, mode, dark):
    world = worlds.make(settings.MEDIA_ROOT)
    persons = world.personas.all()
    found, windows = {}, {}
    for page in PAGES:
        if page.answer != 200 or not page.opens:
            continue
        opens = page.opens.split()
        who = "deputy" if width == PHONE and "deputy" in opens else opens[0]  # a deputy's phone has a frame of its own
        if who not in windows:
            windows[who] = visit(persons[who], width=width, mode=mode, dark=dark)
        window = windows[who]
        address = reverse(page.name, args=[world.keys.get(each, each) for each in page.arguments])
        answer = window.request.get(address)
        if "<html" not in answer.body()[:500].decode(errors="replace"):
            continue  # a file, or a fragment that a page fetches
        window.goto(address)
        if faults := window.evaluate(FAULTS):
            found[f"{who} {address}"] = faults
    assert found == {}


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("who", ["office", "sysadmin", "secadmin", "auditor"])
def test_every_page_of_the_staff_admin(visit, settings, who, width):
    world = worlds.make(settings.MEDIA_ROOT)
    window = visit(world.personas.all()[who], width=width)
    found = {}

    def look(address: str) -> list[str]:
        """Opens the page, notes its faults, and gives the admin addresses it leads to."""
        window.goto(address)
        if faults := window.evaluate(FAULTS):
            found[address] = faults
        links = window.evaluate("[...document.querySelectorAll('#content a[href]')].map(a => a.pathname)")
        return [link for link in links if link.startswith("/admin/") and "export" not in link]

    for listed in dict.fromkeys(look("/admin/")):
        rows = [link for link in look(listed) if link.startswith(listed) and link != listed]
        for address in dict.fromkeys([*(link for link in rows if link.endswith("/add/")), *rows[:1]]):
            look(address)
    assert found == {}
