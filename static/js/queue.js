/* What is typed into 记一笔 on this phone: kept under the account that typed it, sent when there is a signal, once and only
   once (the server knows a key it has seen). On every page of a person who is signed in, so that any page sends.
   An item: key, user, state (draft, waiting, refused, kept), at ("10:32"), fields ([[name, value]]), photos ([File]), sentence. */
window.contactQueue = (function () {
  var FORM = "/contacts/new/", SESSION = "/contacts/session/", user = document.body.dataset.user || remembered(), sending = null, opened = null;

  function remembered() { try { return localStorage.getItem("contact-user") || ""; } catch (e) { return ""; } }
  function remember(who) { try { if (who) localStorage.setItem("contact-user", who); else localStorage.removeItem("contact-user"); } catch (e) { /* private window */ } }
  if (document.body.dataset.user) remember(user);

  function open() {
    if (!opened) opened = new Promise(function (resolve, reject) {
      var asked = indexedDB.open("contacts", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("items", { keyPath: "key" }); };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { reject(asked.error); };
    });
    return opened;
  }
  function store(mode, use) {
    return open().then(function (db) {
      return new Promise(function (resolve, reject) {
        var deal = db.transaction("items", mode), asked = use(deal.objectStore("items"));
        deal.oncomplete = function () { resolve(asked && asked.result); };
        deal.onerror = deal.onabort = function () { reject(deal.error); };
      });
    });
  }
  var others = window.BroadcastChannel ? new BroadcastChannel("contacts") : null; /* the same account's other pages */
  if (others) others.onmessage = function () { document.dispatchEvent(new Event("queue:change")); };
  function changed() { document.dispatchEvent(new Event("queue:change")); if (others) others.postMessage(""); }
  function all() { return store("readonly", function (s) { return s.getAll(); }).then(function (items) { return items.filter(function (i) { return i.user === user; }).sort(function (a, b) { return a.saved - b.saved; }); }); }
  function put(item) { item.saved = item.saved || Date.now(); return store("readwrite", function (s) { return s.put(item); }); }
  function drop(key) { return store("readwrite", function (s) { return s.delete(key); }); }

  function ask() { /* whose session it is; "offline" when the server can't be reached, "out" when nobody is signed in */
    return fetch(SESSION, { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" }).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 401) return "out";
      if (!answer.ok) return "offline";
      return answer.json().then(function (told) { return told.user === user ? told : "out"; });
    }, function () { return "offline"; });
  }
  /* Sends one item. Answers {state: sent | offline | out | refused | kept, url, errors, sentence}. */
  function send(item) {
    return ask().then(function (session) {
      if (!session.token) return { state: session };
      var body = new FormData();
      item.fields.forEach(function (pair) { body.append(pair[0], pair[1]); });
      item.photos.forEach(function (photo) { body.append("photos", photo, photo.name); });
      body.set("key", item.key); body.set("owner", user);
      if (item.state === "waiting") body.set("hand_over", "1");
      return fetch(FORM, { method: "POST", body: body, headers: { Accept: "application/json", "X-CSRFToken": session.token }, redirect: "manual" }).then(function (answer) {
        if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "out" };
        if (answer.status >= 500 || answer.status === 403 || answer.status === 429) return { state: "offline" };
        return answer.json().then(function (told) {
          if (answer.ok) return told.kept ? { state: "kept", sentence: told.sentence } : { state: "sent", url: told.url };
          return { state: "refused", ended: told.ended, errors: told.errors || { __all__: "没有保存，请核对后再发。" } };
        });
      }, function () { return { state: "offline" }; });
    });
  }
  function settle(item, told, atForm) { /* what is refused while its form is open stays a draft there */
    if (told.state === "sent") return drop(item.key);
    if (told.state === "refused" && atForm) { item.state = "draft"; return put(item); }
    if (told.state === "kept" || told.state === "refused") {
      item.state = told.state;
      item.sentence = told.sentence || Object.keys(told.errors).map(function (name) { return told.errors[name]; }).join(" ");
      return put(item);
    }
    return Promise.resolve();
  }
  function one(item, atForm) { return send(item).then(function (told) { return settle(item, told, atForm).then(function () { changed(); return told; }); }); }
  /* Sends what waits, one after the other; a second call while it runs is the same call. */
  function flush() {
    if (!user || !window.indexedDB) return Promise.resolve();
    if (sending) return sending;
    function run() {
      return all().then(function (items) {
        return items.filter(function (i) { return i.state === "waiting"; }).reduce(function (before, item) {
          return before.then(function (reached) { return reached ? one(item).then(function (told) { return told.state !== "offline" && told.state !== "out"; }) : false; });
        }, Promise.resolve(true));
      });
    }
    sending = (navigator.locks ? navigator.locks.request("contacts", run) : run()).catch(function () { /* the next signal tries again */ }).then(function () { sending = null; });
    return sending;
  }

  /* Signing out takes this account's drafts from the phone, after asking when some were not sent. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!/\/accounts\/logout\/$/.test(form.action) || form.dataset.cleared || !window.indexedDB || !user) return;
    event.preventDefault();
    all().then(function (items) {
      var unsent = items.filter(function (i) { return i.state !== "kept"; }).length;
      if (unsent && !confirm("本机还有 " + unsent + " 条没有发送的记录，退出登录将从本机删除。仍要退出吗？")) return false;
      return items.reduce(function (before, item) { return before.then(function () { return drop(item.key); }); }, Promise.resolve()).then(function () { return true; });
    }).catch(function () { return true; }).then(function (go) {
      if (!go) return;
      remember("");
      form.dataset.cleared = "1";
      delete form.dataset.sent;
      form.submit();
    });
  });

  addEventListener("online", flush);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) flush(); });
  setInterval(flush, 30000);
  flush();
  if (navigator.serviceWorker && document.querySelector("link[rel=manifest]")) navigator.serviceWorker.register("/worker.js").catch(function () { /* the form still works while it is open */ });
  return { user: function () { return user; }, all: all, put: put, drop: drop, one: one, flush: flush };
})();
