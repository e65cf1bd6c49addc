// Python in a worker, so that the page stays alive: loads Pyodide once, and checks answers.
const packages = new URL("../lite/static/packages/", import.meta.url);
const CHECK = `
import ast, contextlib, io
import numpy as np
from helpers.exercises import check

def read(text):
    """Read what was typed: a number, a list, letters; or a sum such as 1/3."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        pass
    try:
        return eval(text, {"np": np})
    except Exception:  # not Python, so letters
        return text

def said(exercise, text):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        check(exercise, read(text.strip()), own=False)
    return out.getvalue().strip()
`;
let ready;

async function load(progress) {
  const site = await (await fetch(new URL("course.json", packages))).json();
  const base = new URL(site.pyodide, packages).href;
  progress("Fetching Python ...");
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  const pyodide = await loadPyodide({
    indexURL: base,
    lockFileURL: new URL("pyodide-lock.json", packages).href,
    stdout: () => {},
    stderr: () => {},
  });
  progress("Fetching NumPy, SciPy, pandas and scikit-learn ...");
  await pyodide.loadPackage(["numpy", "scipy", "pandas", "scikit-learn"]);
  progress("Fetching the exercises ...");
  const wheel = await (await fetch(new URL(site.course, packages))).arrayBuffer();
  await pyodide.unpackArchive(wheel, "wheel");
  pyodide.runPython(CHECK);
  return pyodide.globals.get("said");
}

addEventListener("message", async ({ data: { id, exercise, answer } }) => {
  const progress = (step) => postMessage({ id, progress: step });
  try {
    ready ??= load(progress);
    const said = await ready;
    progress("Checking ...");
    postMessage({ id, line: said(exercise, answer) });
  } catch (error) {
    ready = undefined; // a lost connection: tried anew at the next check
    postMessage({ id, error: error.message.trim().split("\n").pop() });
  }
});
