// Figures that move without Python: their states were drawn when the site was built (figures.py), and the
// lessons' own picture.js shows them, through a stand-in for the model of a widget.
import picture from "./picture.js";

const here = new URL(".", import.meta.url);

class StandIn {
  constructor(pointed) {
    Object.assign(this, { values: { png: null, description: "", draggable: false }, heard: [], pointed });
  }
  get(name) {
    return this.values[name];
  }
  set() {}
  save_changes() {
    this.pointed(); // a click or a drag: there is nobody here to answer it
  }
  on(event, react) {
    if (event === "change:png") this.heard.push(react); // a picture and its description arrive together
  }
  show(png, description) {
    Object.assign(this.values, { png, description });
    for (const react of this.heard) react();
  }
}

async function fetched(name) {
  const answer = await fetch(new URL(`figures/${name}`, here));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
}

// The pictures of a scene, as functions that return the bytes of one.
async function open(figure, scene) {
  if (scene.files) {
    return async (place) => new Uint8Array(await (await fetched(scene.files[place])).arrayBuffer());
  }
  const packed = (await fetched(scene.file)).body.pipeThrough(new DecompressionStream("deflate"));
  const numbers = new Uint8Array(await new Response(packed).arrayBuffer());
  const { width, height, colors } = figure;
  const size = width * height;
  // Each picture is stored as what differs from the one before.
  for (let i = size; i < numbers.length; i++) numbers[i] ^= numbers[i - size];
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  return async (place) => {
    const image = pen.createImageData(width, height);
    for (let i = 0; i < size; i++) {
      const color = 3 * numbers[place * size + i];
      image.data.set([colors[color], colors[color + 1], colors[color + 2], 255], 4 * i);
    }
    pen.putImageData(image, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return new Uint8Array(await blob.arrayBuffer());
  };
}

let named = 0;

function labelled(name, control) {
  const label = document.createElement("label");
  control.id = `figure-control-${(named += 1)}`;
  label.htmlFor = control.id;
  label.textContent = name;
  const row = document.createElement("div");
  row.className = "figure-control";
  row.append(label, control);
  return row;
}

function list(values) {
  const control = document.createElement("select");
  for (const [place, value] of values.entries()) control.add(new Option(value, place));
  return control;
}

// A slider over the places of some values; the value itself stands beside it.
function slider(values) {
  const control = Object.assign(document.createElement("input"), { type: "range", min: 0, max: values.length - 1, value: 0 });
  control.told = document.createElement("output");
  control.tell = () => {
    control.told.textContent = values[control.value];
    control.setAttribute("aria-valuetext", values[control.value]);
  };
  control.tell();
  return control;
}

async function play(place) {
  const figure = await (await fetched(`${place.dataset.figure}.json`)).json();
  const bar = document.createElement("div");
  bar.className = "figure-controls";
  const shown = document.createElement("div");
  const hint = document.createElement("p");
  hint.className = "course-note";
  hint.textContent = "By keyboard: Tab to a control, then the arrow keys.";
  const model = new StandIn(() => {
    hint.textContent = "A click is answered only in a lesson that runs; here, move the controls.";
  });
  const opened = new Map();
  const scenes = list(figure.scenes.map((scene) => scene.name));
  const rows = document.createElement("div");
  rows.className = "figure-controls";
  let controls = [];
  let latest = 0;

  async function show() {
    const scene = figure.scenes[scenes.value];
    const state = controls.reduce((so, control, i) => so * scene.controls[i].values.length + Number(control.value), 0);
    const mine = (latest += 1);
    if (!opened.has(scene)) opened.set(scene, open(figure, scene));
    const png = await (await opened.get(scene))(scene.order[state]);
    if (mine === latest) model.show(png, scene.texts[state]); // else a newer one has been asked for
  }

  function enter() {
    const scene = figure.scenes[scenes.value];
    rows.replaceChildren();
    controls = scene.controls.map(({ name, values }) => {
      const words = values.some((value) => Number.isNaN(Number(value)));
      const control = words && values.length > 2 ? list(values) : slider(values);
      const row = labelled(name, control);
      if (control.told) row.append(control.told);
      control.addEventListener("input", () => {
        control.tell?.();
        show().catch(fail);
      });
      rows.append(row);
      return control;
    });
    return show();
  }

  function fail(error) {
    hint.textContent = `This figure could not be loaded (${error.message}). Reload the page to try again.`;
  }

  if (figure.scenes.length > 1) bar.append(labelled(figure.choose, scenes));
  scenes.addEventListener("input", () => enter().catch(fail));
  bar.append(rows);
  await enter();
  picture.render({ model, el: shown });
  const stored = place.previousElementSibling?.querySelector(".cell_output");
  if (stored) stored.hidden = true; // it shows a few of the states
  place.replaceChildren(bar, hint, shown);
  place.dataset.ready = "true";
}

// Fetched when it is about to be seen: who only reads the beginning of a page need not wait for its figure.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      play(target).catch((error) => console.error(error)); // the stored picture stays
    }
  },
  { rootMargin: "800px" },
);
for (const place of document.querySelectorAll(".course-figure")) near.observe(place);
