// Python in a worker, so that the page stays alive: loads Pyodide once, and checks answers.
// Whatever goes wrong while it is loaded is told to the page, which then starts another worker.
const packages = new URL("../lite/static/packages/", import.meta.url);
const CHECK = `
import ast, contextlib, io, re
import numpy as np
from helpers.exercises import check

ARITHMETIC = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.List, ast.Tuple, ast.Load, ast.operator, ast.unaryop)

def read(text):
    """Read what was typed: a number, a list, letters; or a sum such as 1/3."""
    text = text.strip().translate(str.maketrans("\\u2212\\u201c\\u201d\\u2018\\u2019", "-\\"\\"''"))
    letters = re.sub(r"[^A-Za-z]+", " ", text.replace(" and ", " ")).split()
    if letters and all(len(letter) == 1 for letter in letters) and not re.search(r"\\d", text):
        return letters
    if len(text) > 2000:
        return text
    try:
        tree = ast.parse(text, mode="eval")
        # Sums of numbers, and no more: code is for the lesson that runs.
        if all(isinstance(node, ARITHMETIC) for node in ast.walk(tree)) and "**" not in text:
            return eval(compile(tree, "answer", "eval"), {"__builtins__": {}})
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        pass
    return text

def said(exercise, text):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        check(exercise, read(text), own=False)
    return out.getvalue().strip()
`;
let ready;

async function got(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address.pathname.split("/").pop()}: ${answer.status}`);
  return answer;
}

async function load(progress) {
  progress("Fetching Python ...");
  const site = await (await got(new URL("course.json", packages))).json();
  const base = new URL(site.pyodide, packages).href;
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  const pyodide = await loadPyodide({
    indexURL: base,
    lockFileURL: new URL("pyodide-lock.json", packages).href,
    stdout: () => {},
    stderr: () => {},
  });
  progress("Fetching NumPy, SciPy, pandas and scikit-learn ...");
  await pyodide.loadPackage(["numpy", "scipy", "pandas", "scikit-learn"], { messageCallback: () => {} });
  progress("Fetching the exercises ...");
  const wheel = await (await got(new URL(site.course, packages))).arrayBuffer();
  await pyodide.unpackArchive(wheel, "wheel");
  pyodide.runPython(CHECK); // fails if one of the packages has not come
  return pyodide.globals.get("said");
}

// Pyodide does not pass on all that can go wrong while it is fetched.
addEventListener("unhandledrejection", (event) => postMessage({ broken: String(event.reason?.message ?? event.reason) }));

addEventListener("message", async ({ data: { id, exercise, answer } }) => {
  const progress = (step) => postMessage({ id, progress: step });
  try {
    ready ??= load(progress);
    const said = await ready;
    postMessage({ id, progress: "Checking ...", fetched: true });
    postMessage({ id, line: said(exercise, answer) });
  } catch (error) {
    postMessage({ broken: error.message });
  }
});
