/* select2 leaves its boxes without a name for screen readers: they take the field's label. */
window.addEventListener("load", function () {
  document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
    var box = select.nextElementSibling, label = select.labels[0];
    if (!box || !label) return;
    box.querySelectorAll("[role=combobox], [role=textbox]").forEach(function (part) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", label.textContent.replace(/[:：]\s*$/, ""));
    });
  });
});
