/* Elder mode and theme in one tap, remembered in a cookie. The server writes the same attributes on <html> from that
   cookie, so the page is right before this runs; without script the button posts its form and the page comes back changed. */
(function () {
  var root = document.documentElement;
  function dark() { return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches; }
  function set(key, value) {
    if (value) root.setAttribute("data-" + key, value); else root.removeAttribute("data-" + key);
    document.cookie = key + "=" + value + ";path=/;max-age=" + (value ? 31536000 : 0) + ";samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
  }
  function paint() {
    document.querySelectorAll("[data-toggle=mode]").forEach(function (b) { b.setAttribute("aria-pressed", String(root.dataset.mode === "elder")); });
    document.querySelectorAll("[data-toggle=theme]").forEach(function (b) { b.setAttribute("aria-pressed", String(dark())); });
  }
  ["mode", "theme"].forEach(function (key) { /* the staff admin's <html> is not ours to write on the server */
    var kept = document.cookie.match("(?:^|; )" + key + "=(\\w+)");
    if (kept) root.setAttribute("data-" + key, kept[1]);
  });
  document.addEventListener("click", function (event) {
    var b = event.target.closest("[data-toggle]");
    if (!b) return;
    event.preventDefault();
    if (b.dataset.toggle === "mode") set("mode", root.dataset.mode === "elder" ? "" : "elder"); else set("theme", dark() ? "light" : "dark");
    paint();
  });
  document.addEventListener("DOMContentLoaded", paint);
})();
