// Evaluates the expressions that standard input names with the reference
// implementation, and prints their results and times.
const jsonata = require("jsonata");

async function measure(call) {
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    let n = 0;
    const start = process.hrtime.bigint();
    let took = 0;
    while (took < 40e6) {
      for (let i = 0; i < 8; i++) await call();
      n += 8;
      took = Number(process.hrtime.bigint() - start);
    }
    best = Math.min(best, took / n);
  }
  return Math.round(best);
}

async function main() {
  const { document, expressions } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const input = JSON.parse(document);
  const results = [];
  for (const text of expressions) {
    const expression = jsonata(text);
    const value = await expression.evaluate(input);
    results.push({ value, ns: await measure(() => expression.evaluate(input)) });
  }
  console.log(JSON.stringify(results));
}

main();
