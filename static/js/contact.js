/* 记一笔: every keystroke is kept on the phone (queue.js), photos are made small, and saving works with or without a signal.
   Without IndexedDB, and for form[data-plain], the form is posted as it stands. */
(function () {
  var form = document.querySelector("form[data-contact]"), queue = window.contactQueue;
  if (!form) return;
  var when = form.querySelector("[data-when]"), at = form.elements.at, area = form.elements.area, place = form.elements.place, touched = false;

  function two(n) { return (n < 10 ? "0" : "") + n; }
  function clock(day) { return two(day.getHours()) + ":" + two(day.getMinutes()); }
  function local(day) { return day.getFullYear() + "-" + two(day.getMonth() + 1) + "-" + two(day.getDate()) + "T" + clock(day); }
  function about() {
    var day = at.value ? new Date(at.value) : new Date(), where = area && area.value ? area.selectedOptions[0].textContent : place.value;
    var today = day.toDateString() === new Date().toDateString();
    when.textContent = (today ? "今天 " : day.getMonth() + 1 + "月" + day.getDate() + "日 ") + clock(day) + (where ? "，" + where : "");
  }
  function now() { if (!touched) { at.value = local(new Date()); } about(); }
  at.addEventListener("input", function () { touched = true; });
  form.addEventListener("change", about);
  if (!at.value || !form.querySelector(".error")) now();

  var add = form.querySelector("[data-add-voter]");
  function addVoter() {
    var rows = form.querySelectorAll("[data-voter]"), row = rows[rows.length - 1].cloneNode(true);
    row.querySelectorAll("input").forEach(function (f) { f.value = ""; });
    rows[rows.length - 1].after(row);
    return row;
  }
  add.hidden = false;
  add.addEventListener("click", function () { addVoter().querySelector("input").focus(); });

  if (!window.indexedDB || !queue || form.dataset.plain !== undefined) return;

  var note = form.querySelector("[data-saved]"), net = document.querySelector("[data-net]"), waiting = document.querySelector("[data-waiting]");
  var photos = [], picker = form.elements.photos, button = form.querySelector("button.btn--main"), skip = { csrfmiddlewaretoken: 1, photos: 1, key: 1, owner: 1, hand_over: 1 };
  form.removeAttribute("data-once");
  form.noValidate = true; /* the sentence is ours, and it stands where the field is */

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.prototype.map.call(crypto.getRandomValues(new Uint8Array(16)), function (b) { return (b < 16 ? "0" : "") + b.toString(16); }).join("");
  }
  if (!form.elements.key.value) form.elements.key.value = newKey();

  function fields() {
    var pairs = [];
    new FormData(form).forEach(function (value, name) { if (!skip[name] && typeof value === "string") pairs.push([name, value]); });
    return pairs;
  }
  function item(state) {
    return { key: form.elements.key.value, user: queue.user(), state: state, at: clock(new Date()), fields: fields(), photos: photos };
  }
  function full() { note.textContent = "本机存储已满，请尽快联网保存"; }
  function keep() {
    var draft = item("draft");
    return queue.put(draft).then(function () { note.textContent = "草稿已存在本机 " + draft.at; }, full);
  }
  function fill(old) {
    var voters = old.fields.filter(function (p) { return p[0] === "voters_name"; }).length, seen = {};
    form.reset();
    form.querySelectorAll("[data-voter]").forEach(function (row, n) { if (n) row.remove(); });
    while (form.querySelectorAll("[data-voter]").length < voters) addVoter();
    form.querySelectorAll("input[type=checkbox]").forEach(function (f) { f.checked = false; });
    old.fields.forEach(function (pair) {
      var n = seen[pair[0]] = (seen[pair[0]] || 0) + 1, all = form.querySelectorAll('[name="' + pair[0] + '"]'), f = all[0];
      if (!f) return;
      if (f.type === "radio" || f.type === "checkbox") all.forEach(function (f) { if (f.value === pair[1]) f.checked = true; });
      else if (f.multiple) Array.prototype.forEach.call(f.options, function (o) { if (o.value === pair[1]) o.selected = true; });
      else if (all[n - 1]) all[n - 1].value = pair[1];
    });
    form.elements.key.value = old.key;
    photos = old.photos || [];
    touched = true;
    about();
    shots();
  }
  function fresh() {
    form.reset();
    form.querySelectorAll("[data-voter]").forEach(function (row, n) { if (n) row.remove(); });
    form.elements.key.value = newKey();
    photos = [];
    touched = false;
    now();
    shots();
  }

  /* photos: no larger than the server keeps them, so that a weak signal carries nine */
  function smaller(file) {
    if (!window.createImageBitmap || file.size < 400000) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var by = Math.min(1, 1600 / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * by); canvas.height = Math.round(picture.height * by);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", .85); });
    }).then(function (blob) { return blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file; }, function () { return file; });
  }
  function shots() { picker.closest("label").querySelector("[data-count]").textContent = photos.length ? " " + photos.length + " 张" : ""; }
  picker.addEventListener("change", function () {
    Promise.all(Array.prototype.map.call(picker.files, smaller)).then(function (taken) {
      photos = photos.concat(taken).slice(0, 9);
      picker.value = "";
      shots();
      keep();
    });
  });

  function clearErrors() {
    form.querySelectorAll(".error").forEach(function (e) { e.remove(); });
    form.querySelectorAll(".field--error").forEach(function (e) { e.classList.remove("field--error"); });
    form.querySelector("[data-errors]").textContent = "";
  }
  function showErrors(errors) {
    clearErrors();
    Object.keys(errors).forEach(function (name) {
      var f = form.querySelector('[name="' + name + '"], [name^="' + name + '_"]'), box = f && f.type !== "hidden" ? f.closest(".field") : null;
      var p = document.createElement("p");
      if (box) { p.className = "error"; box.classList.add("field--error"); box.append(p); var fold = box.closest("details"); if (fold) fold.open = true; }
      else { p.className = "note note--bad"; form.querySelector("[data-errors]").append(p); }
      p.setAttribute("role", "alert");
      p.textContent = errors[name];
    });
    var first = form.querySelector(".field--error, .note--bad");
    if (first) first.scrollIntoView({ block: "center" });
  }

  form.addEventListener("input", function (event) { if (event.target !== picker) keep(); });
  function offerTown() { /* no mandate to record it under: the town's staff can look at it */
    var hand = document.createElement("button");
    hand.className = "btn"; hand.type = "submit"; hand.name = "hand_over"; hand.textContent = "交镇（街道）人大核对";
    form.querySelector("[data-errors]").append(hand);
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var handed = event.submitter && event.submitter.name === "hand_over";
    if (button.disabled) return;
    if (!form.elements.text.value.trim()) { showErrors({ text: "请写明选民说了什么，一两句话就可以。" }); form.elements.text.focus(); return; }
    if (!queue.user()) { showErrors({ __all__: "这台手机还没有登录过，请先联网登录一次。内容仍在本页。" }); return; }
    clearErrors();
    button.disabled = true;
    var sent = item("waiting");
    if (navigator.onLine && !handed) sent.state = "draft";
    queue.put(sent).then(function () { return queue.one(sent, true); }).then(function (told) {
      button.disabled = false;
      if (told.state === "sent") { location.assign(told.url); return; }
      if (told.state === "refused") { showErrors(told.errors); if (told.ended) offerTown(); return; }
      if (told.state === "kept") { fresh(); note.textContent = told.sentence; return; }
      sent.state = "waiting";
      return queue.put(sent).then(function () {
        fresh();
        note.textContent = "已存在本机 " + sent.at + (told.state === "out" ? "，登录后自动发送" : "，联网后自动发送");
        show(told.state);
      });
    }).catch(function () { button.disabled = false; full(); });
  });

  /* what is on this phone, and how the connection stands */
  function show(reached) {
    queue.all().then(function (items) {
      var left = items.filter(function (i) { return i.state !== "draft"; }), unsent = left.filter(function (i) { return i.state === "waiting"; }).length;
      var list = waiting.querySelector("ul"), model = waiting.querySelector("template");
      list.textContent = "";
      left.forEach(function (i) {
        var row = model.content.cloneNode(true), get = function (name) { var p = i.fields.find(function (p) { return p[0] === name; }); return p ? p[1] : ""; };
        var how = form.querySelector('[name=channel][value="' + get("channel") + '"]');
        row.querySelector("[data-state]").textContent = { waiting: "未发送", refused: "没有收下", kept: "已交镇（街道）人大" }[i.state];
        row.querySelector("[data-about]").textContent = "已存在本机 " + i.at + (how ? "　" + how.parentNode.textContent.trim() : "") + (i.photos.length ? "　照片 " + i.photos.length + " 张" : "");
        row.querySelector("[data-text]").textContent = get("text").slice(0, 80);
        if (i.sentence) { row.querySelector("[data-sentence]").hidden = false; row.querySelector("[data-sentence]").textContent = i.sentence; }
        row.querySelector("[data-acts]").hidden = i.state === "waiting";
        row.querySelector("[data-edit]").hidden = i.state !== "refused";
        row.querySelector("[data-edit]").addEventListener("click", function () { i.state = "draft"; delete i.sentence; queue.put(i).then(function () { fill(i); show(); form.scrollIntoView(); }); });
        row.querySelector("[data-drop]").addEventListener("click", function () { if (confirm("从本机删除这一条？")) queue.drop(i.key).then(show); });
        list.append(row);
      });
      waiting.hidden = !left.length;
      var offline = !navigator.onLine || reached === "offline", out = reached === "out";
      net.hidden = !offline && !out && !unsent;
      net.querySelector("[data-net-title]").textContent = offline ? "没有网络，照常填写" : out ? "需要重新登录" : "正在发送";
      net.querySelector("[data-net-text]").textContent = out ? "内容存在本机，登录后自动发送。" : unsent ? "已存本机 " + unsent + " 条，联网后自动发送。" : "保存后存在本机，联网后自动发送。";
    }, function () { /* nothing kept */ });
  }
  document.addEventListener("queue:change", function () { show(); });
  addEventListener("offline", function () { show(); });
  addEventListener("online", function () { show(); });

  queue.all().then(function (items) {
    var old = items.filter(function (i) { return i.state === "draft"; }).pop();
    if (old && !form.querySelector(".error")) { fill(old); note.textContent = "已取回本机 " + old.at + " 的草稿，尚未保存"; }
  }, function () { /* nothing kept */ });
  show();
})();
