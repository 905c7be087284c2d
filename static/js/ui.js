/* Small helpers; each page works without them, and they also serve what htmx brings in later.
   [data-step] raises or lowers the number field it controls;
   [data-suggested][data-reason] shows the box asking for a reason as soon as the number departs from the suggestion;
   [data-picked] says how many rows of its form are ticked; [data-pick-all] ticks them all;
   a[data-dialog] opens its <dialog> modally (without script the link's :target shows it), [data-close] closes it;
   form[data-once] is sent once, however often the button is pressed;
   form[data-now] is sent as soon as the page is there;
   [data-submit] on a select or checkbox sends its form on change;
   #says tells what went wrong with a step that htmx sent (not within [data-quiet]), and [data-hush] closes it;
   .menu closes on Escape or a click outside. */
(function () {
  function boxes(form) { return form.querySelectorAll("tbody input[type=checkbox], [data-row] input[type=checkbox]"); }
  function count(form) {
    var n = 0;
    boxes(form).forEach(function (box) { var row = box.closest("tr, [data-row]"); if (row) row.classList.toggle("pick", box.checked); n += box.checked ? 1 : 0; });
    form.querySelectorAll("[data-picked]").forEach(function (note) { note.textContent = n ? "已选 " + n + " " + (note.dataset.picked || "件") : "勾选后可批量办理"; });
  }
  document.addEventListener("click", function (event) {
    var step = event.target.closest("[data-step]"), open = event.target.closest("[data-dialog]"), close = event.target.closest("[data-close]");
    if (step) {
      var field = document.getElementById(step.getAttribute("aria-controls"));
      if (+step.dataset.step > 0) field.stepUp(); else field.stepDown();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (open) { event.preventDefault(); document.getElementById(open.dataset.dialog).showModal(); }
    if (close && close.closest("dialog")) { if (close.dataset.close !== "go") event.preventDefault(); close.closest("dialog").close(); }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
  });
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (!field.dataset || field.dataset.suggested === undefined) return;
    var reason = document.getElementById(field.dataset.reason), departs = field.value !== "" && +field.value !== +field.dataset.suggested;
    reason.hidden = !departs;
    reason.querySelectorAll("textarea, input").forEach(function (f) { f.required = departs; });
  });
  document.addEventListener("change", function (event) {
    var all = event.target.closest("[data-pick-all]"), form = event.target.form;
    if (all && form) boxes(form).forEach(function (box) { box.checked = all.checked; });
    if (form && form.querySelector("[data-picked]")) count(form);
    if (event.target.closest("[data-submit]") && form) form.requestSubmit();
  });
  document.addEventListener("reset", function (event) {
    if (!event.target.querySelector("[data-picked]")) return;
    boxes(event.target).forEach(function (box) { box.defaultChecked = false; });
    setTimeout(count, 0, event.target);
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.once === undefined) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  document.querySelectorAll("form[data-now]").forEach(function (form) { form.requestSubmit(); });
  function say(sentence) {
    var box = document.getElementById("says");
    box.innerHTML = '<div class="note note--bad"><p></p><button class="btn btn--quiet" type="button" data-hush>知道了</button></div>';
    box.querySelector("p").textContent = sentence;
  }
  document.addEventListener("click", function (event) { if (event.target.closest("[data-hush]")) document.getElementById("says").textContent = ""; });
  function quiet(event) { return event.detail.elt.closest("[data-quiet]"); }
  document.addEventListener("htmx:sendError", function (event) { if (!quiet(event)) say("网络不通，刚才的操作没有送达。内容仍在本页，请联网后再试。"); });
  document.addEventListener("htmx:timeout", function (event) { if (!quiet(event)) say("服务器没有及时答复。内容仍在本页，请稍后再试。"); });
  document.addEventListener("htmx:responseError", function (event) {
    if (quiet(event)) return;
    var status = event.detail.xhr.status;
    say(status === 403 ? "您现在的角色不能办理这件事，没有改动任何内容。" : status === 404 ? "这项内容已移走或您不能查看，请刷新页面。" : status === 413 ? "文件太大，没有保存。请压缩后再传。" : "系统没有办成这一步，没有改动任何内容。内容仍在本页，请稍后再试。");
  });
  window.addEventListener("pageshow", function () { document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; }); });
})();
