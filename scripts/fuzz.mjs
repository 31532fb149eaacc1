// `npm run fuzz [cases]`: the fuzz tests with many more cases than `npm test` gives them, 200,000 by default.
process.env.HOLDFAST_FUZZ_CASES = process.argv[2] ?? '200000';
process.argv.splice(2, process.argv.length, 'fuzz');
await import('./test.mjs');
