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
  const image = pen.createImageData(width, height);
  const bytes = new Uint8ClampedArray(colors.length / 3 * 4);
  for (let i = 0; i < colors.length / 3; i++) bytes.set([...colors.slice(3 * i, 3 * i + 3), 255], 4 * i);
  const palette = new Uint32Array(bytes.buffer);
  const pixels = new Uint32Array(image.data.buffer);
  return async (place) => {
    for (let i = 0; i < size; i++) pixels[i] = palette[numbers[place * size + i]];
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
function slider(values, start) {
  const control = Object.assign(document.createElement("input"), { type: "range", min: 0, max: values.length - 1, value: start });
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
  const keys = "By keyboard: Tab to a control, then the arrow keys.";
  const click = "A click or a drag is answered only in a lesson that runs; here, move the controls.";
  hint.textContent = keys;
  const model = new StandIn(() => (hint.textContent = click));
  shown.addEventListener("dragstart", (event) => {
    event.preventDefault(); // of the image itself
    hint.textContent = click;
  });
  const opened = new Map();
  const scenes = list(figure.scenes.map((scene) => scene.name));
  const rows = document.createElement("div");
  rows.className = "figure-controls";
  let controls = [];
  let drawing = false;
  let again = false;

  // One picture at a time, each of what is chosen then: who drags sees it move on a slow machine, too.
  async function show() {
    again = true;
    if (drawing) return;
    drawing = true;
    try {
      while (again) {
        again = false;
        const scene = figure.scenes[scenes.value];
        if (!opened.has(scene)) opened.set(scene, open(figure, scene));
        shown.setAttribute("aria-busy", "true");
        const draw = await opened.get(scene).catch((error) => {
          opened.delete(scene); // tried anew the next time
          throw error;
        });
        if (scene !== figure.scenes[scenes.value]) continue;
        const state = controls.reduce((so, control, i) => so * scene.controls[i].values.length + Number(control.value), 0);
        model.show(await draw(scene.order[state]), scene.texts[state]);
        if (hint.textContent !== click) hint.textContent = keys;
      }
    } finally {
      drawing = false;
      shown.removeAttribute("aria-busy");
    }
  }

  function enter() {
    const scene = figure.scenes[scenes.value];
    rows.replaceChildren();
    controls = scene.controls.map(({ name, values, start }) => {
      const words = values.some((value) => Number.isNaN(Number(value)));
      const control = words && values.length > 2 ? list(values) : slider(values, start);
      control.value = start;
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
    hint.textContent = `This picture could not be loaded (${error.message}). Move a control to try again.`;
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
      play(target).catch((error) => {
        const note = document.createElement("p"); // the stored picture stays
        note.className = "course-note";
        note.textContent = `This figure cannot move here (${error.message}); the picture shows some of its states.`;
        target.append(note);
      });
    }
  },
  { rootMargin: "800px" },
);
for (const place of document.querySelectorAll(".course-figure")) near.observe(place);
