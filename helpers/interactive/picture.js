// A picture that is replaced as a whole, with a line of text that says what it shows.
function render({ model, el }) {
  const picture = document.createElement("img");
  const line = document.createElement("p");
  line.setAttribute("role", "status"); // read out when it changes
  picture.style.maxWidth = "100%";
  el.append(line);
  let url, latest;
  async function show() {
    const next = new Image();
    const address = URL.createObjectURL(new Blob([model.get("png")], { type: "image/png" }));
    next.src = latest = address;
    await next.decode(); // only then is it put in place: no flicker
    if (latest !== address) return URL.revokeObjectURL(address); // a newer one has come
    picture.src = address;
    picture.alt = line.textContent = model.get("description");
    if (!picture.isConnected) el.prepend(picture); // never without a name, not for a moment
    if (url) URL.revokeObjectURL(url);
    url = address;
  }
  function place(event) {
    const box = picture.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }
  function tell(name, value) {
    model.set(name, value);
    model.save_changes();
  }
  let from = null; // where the pointer went down
  if (model.get("draggable")) {
    picture.draggable = false; // the browser would drag the image itself
    Object.assign(picture.style, { touchAction: "pan-y", cursor: "grab" });
    picture.addEventListener("pointerdown", (event) => {
      from = place(event);
      picture.setPointerCapture(event.pointerId);
      picture.style.cursor = "grabbing";
    });
    picture.addEventListener("pointerup", () => (picture.style.cursor = "grab"));
  }
  picture.addEventListener("click", (event) => {
    const to = place(event);
    const dragged = from && Math.hypot(to[0] - from[0], to[1] - from[1]) > 0.02;
    if (dragged) tell("drag", [...from, ...to]);
    else tell("click", to);
    from = null;
  });
  picture.addEventListener("load", () => {
    const figure = el.closest(".widget-vbox");
    if (!figure) return;
    // JupyterLab takes the arrow keys for moving between cells; here they belong to what has the focus.
    for (const control of figure.querySelectorAll("select, button, [role=slider]"))
      control.dataset.lmSuppressShortcuts = "true";
    // ipywidgets leaves its sliders without a name for screen readers: the label stands beside them.
    for (const slider of figure.querySelectorAll(".widget-slider")) {
      const name = slider.querySelector(".widget-label")?.textContent ?? "";
      slider.querySelector("[role=slider]")?.setAttribute("aria-label", name);
    }
  });
  model.on("change:png", show);
  model.on("change:description", show);
  show();
}
export default { render };
