/* For screen readers: select2 leaves its boxes without a name, they take the field's label; ticks and crosses are said in Chinese. */
window.addEventListener("load", function () {
  document.querySelectorAll("img[alt=True], img[alt=False], img[alt=None]").forEach(function (mark) {
    mark.alt = { True: "是", False: "否", None: "未知" }[mark.alt];
  });
  document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
    var box = select.nextElementSibling, label = select.labels[0];
    if (!box || !label) return;
    box.querySelectorAll("[role=combobox], [role=textbox]").forEach(function (part) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", label.textContent.replace(/[:：]\s*$/, ""));
    });
  });
});
