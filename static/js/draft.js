/* Keeps what is typed in form[data-draft] on this device after every keystroke, gives it back on return, and says so in
   [data-saved]. The draft goes when the server has taken the form: the next page carries data-draft-done on <html>, or
   htmx answers with the event "draft:done". data-draft-since (a server's number) discards a draft made before it; with
   data-draft-version that number is what the form's field "version" says at the time, which autosave moves on. */
(function () {
  function drop(name) { try { localStorage.removeItem("draft:" + name); } catch (e) { /* private window */ } }
  function fields(form) { return Array.prototype.filter.call(form.elements, function (f) { return f.name && f.name !== "csrfmiddlewaretoken" && f.type !== "file" && f.type !== "password" && f.type !== "hidden"; }); }
  function ticks(f) { return f.type === "radio" || f.type === "checkbox"; }
  function take(form) {
    var key = "draft:" + form.dataset.draft, note = form.querySelector("[data-saved]");
    function since() { return form.dataset.draftVersion !== undefined ? form.elements.version.value : form.dataset.draftSince || ""; }
    try {
      var old = JSON.parse(localStorage.getItem(key) || "null");
      if (old && old.since !== since()) { localStorage.removeItem(key); old = null; }
      if (old) {
        fields(form).forEach(function (f) {
          if (ticks(f)) f.checked = old.fields[f.name + f.value] === true;
          else if (f.name in old.fields && f.value !== old.fields[f.name]) { f.value = old.fields[f.name]; f.dispatchEvent(new Event("input", { bubbles: true })); }
        });
        if (note) note.textContent = "已取回本机 " + old.at + " 的草稿，尚未提交";
      }
    } catch (e) { /* nothing kept */ }
    form.addEventListener("input", function () {
      note = form.querySelector("[data-saved]");
      var now = {};
      fields(form).forEach(function (f) { if (ticks(f)) now[f.name + f.value] = f.checked; else now[f.name] = f.value; });
      try {
        var at = new Date().toTimeString().slice(0, 5);
        localStorage.setItem(key, JSON.stringify({ since: since(), at: at, fields: now }));
        if (note) note.textContent = "草稿已存在本机 " + at;
      } catch (e) { if (note) note.textContent = "本机存储已满，请尽快联网提交"; }
    });
  }
  var done = document.documentElement.dataset.draftDone;
  if (done) done.split(" ").forEach(drop);
  document.addEventListener("draft:done", function (event) { drop(event.detail.value || event.detail.name); });
  document.querySelectorAll("form[data-draft]").forEach(take);
  document.addEventListener("htmx:load", function (event) {
    var el = event.detail.elt;
    if (el === document.body) return;
    (el.matches && el.matches("form[data-draft]") ? [el] : el.querySelectorAll("form[data-draft]")).forEach(take);
  });
})();
