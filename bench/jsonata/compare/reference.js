// Evaluates expressions with the reference implementation. Each line of standard
// input is a job in JSON: the documents by name on the first line, then an
// expression with its document, data or bindings a line. Each is answered by a line.
let jsonata = require("jsonata");

const documents = {};
const limits = { depth: 400, millis: 2000 };

// limit makes an expression end with U1001, as the reference's own tests do.
function limit(expression) {
  const start = Date.now();
  let depth = 0;
  const check = () => {
    if (depth > limits.depth) throw { code: "U1001", message: "depth" };
    if (Date.now() - start > limits.millis) throw { code: "U1001", message: "time" };
  };
  expression.assign(Symbol.for("jsonata.__evaluate_entry"), (expr, input, env) => {
    if (env.isParallelCall) return;
    depth++;
    check();
  });
  expression.assign(Symbol.for("jsonata.__evaluate_exit"), (expr, input, env) => {
    if (env.isParallelCall) return;
    depth--;
    check();
  });
}

// oddities tells what in a value JSON cannot say.
function oddities(value, found, depth) {
  if (depth > 500) found.deep = true;
  else if (typeof value === "function" || (value && value._jsonata_lambda) || (value && value._jsonata_function)) found.function = true;
  else if (typeof value === "number" && !isFinite(value)) found.infinite = true;
  else if (value && typeof value === "object") for (const k of Object.keys(value)) oddities(value[k], found, depth + 1);
  return found;
}

// fresh forgets what earlier evaluations have left in the reference's functions: each
// keeps the name by which it was called last, which errors in a callback show. If
// called, that is the name of its own.
async function fresh(called) {
  delete require.cache[require.resolve("jsonata")];
  jsonata = require("jsonata");
  for (const name of called || []) {
    try {
      await jsonata(name + "({}, {}, {}, {}, {})").evaluate();
    } catch (e) {}
  }
}

async function evaluate(job) {
  if (job.fresh) await fresh(job.called);
  try {
    const expression = jsonata(job.text);
    limit(expression);
    const input = job.document ? JSON.parse(documents[job.document]) : job.data ? JSON.parse(job.data) : undefined;
    const value = await expression.evaluate(input, job.bindings ? JSON.parse(job.bindings) : undefined);
    const odd = oddities(value, {}, 0);
    if (odd.function) return { kind: "function" };
    if (odd.infinite) return { kind: "infinite" };
    if (odd.deep) return { kind: "limit" };
    if (value === undefined) return { kind: "undefined" };
    return { kind: "value", value: JSON.stringify(value) };
  } catch (e) {
    if (e && e.code === "U1001") return { kind: "limit" };
    if (!e || !/^[A-Z]\d{4}$/.test(e.code)) return { kind: "crash", message: String(e && e.message) };
    return { kind: "error", code: e.code, message: e.message, position: e.position, token: e.token === undefined ? undefined : String(e.token) };
  }
}

async function main() {
  const lines = require("readline").createInterface({ input: process.stdin });
  let first = true;
  for await (const line of lines) {
    const job = JSON.parse(line);
    if (first) {
      Object.assign(documents, job);
      first = false;
      continue;
    }
    process.stdout.write(JSON.stringify(await evaluate(job)) + "\n");
  }
}

main();
