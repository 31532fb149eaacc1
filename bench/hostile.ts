/**
 * Does one who sends the worst slow down the others?
 *
 *   npm run bench -- hostile
 *
 * Four workers read a patient, alone and then beside one who sends the same bad request again and again. Bar: the median
 * of the others is at most twice what it was. The longest wait is told: what one request may cost the event loop.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startProgram } from '../test/program.ts';

const secondsEach = 4;
const bar = 2;
const program = await startProgram();
const headers = {
  authorization: `Bearer ${await program.tokenOf('doctor')}`,
  'content-type': 'application/fhir+json',
};
const megabyte = 1024 * 1024;
const attacks: Readonly<Record<string, () => { path: string; method?: string; body?: string }>> = {
  'malformed JSON, 15 MB': () => ({ path: '', method: 'POST', body: `{"a":"${'x'.repeat(15 * megabyte)}` }),
  'nested a million deep': () => ({ path: '', method: 'POST', body: '['.repeat(megabyte) }),
  'a Bundle of a million entries': () => ({
    path: '',
    method: 'POST',
    body: `{"resourceType":"Bundle","type":"batch","entry":[${'{},'.repeat(megabyte).slice(0, -1)}]}`,
  }),
  'one name a million times': () => ({
    path: '/Patient',
    method: 'POST',
    body: `{"resourceType":"Patient"${',"active":true'.repeat(megabyte)}}`,
  }),
  'a resource of 15 MB': () => ({
    path: '/Basic',
    method: 'POST',
    body: `{"resourceType":"Basic","code":{"text":"${'x '.repeat(7 * megabyte)}x"}}`,
  }),
  'a search with 1,000 values': () => ({
    path: `/Patient?identifier=${Array.from({ length: 1000 }, (_, n) => `x|${n}`).join()}`,
  }),
  'a search for nothing but a vowel': () => ({
    path: '/Patient?name:contains=a&_sort=-birthdate&_total=accurate',
  }),
  'everything, sorted, all of it': () => ({ path: '/Patient?_count=1000&_sort=name' }),
};

const attack = `
  const { parentPort, workerData: { url, method, headers, body } } = require('node:worker_threads');
  let going = true;
  parentPort.once('message', () => (going = false));
  (async () => {
    let sent = 0;
    for (; going; sent++) {
      const response = await fetch(url, { method, headers, ...(body ? { body } : {}) });
      await response.text();
      if (response.status >= 500) throw new Error('answered ' + response.status);
    }
    parentPort.postMessage(sent);
  })();`;

let failed = 0;
try {
  for (let n = 0; n < 2000; n += 100) await createPatients(100);
  const alone = await readFor(secondsEach);
  console.log(`alone: median ${alone.median.toFixed(2)} ms, longest ${alone.longest.toFixed(0)} ms`);
  for (const [name, request] of Object.entries(attacks)) {
    const { path, method = 'GET', body } = request();
    // In a thread of its own: what it costs to send so much must not look like waiting.
    const attacker = new Worker(attack, {
      eval: true,
      workerData: { url: `${program.url}/fhir${path}`, method, headers, body },
    });
    const beside = await readFor(secondsEach);
    attacker.postMessage('stop');
    const [sent] = (await once(attacker, 'message')) as [number];
    await attacker.terminate();
    const ratio = beside.median / alone.median;
    if (ratio > bar) failed++;
    console.log(
      `${name.padEnd(34)} ${sent} sent; median ${beside.median.toFixed(2)} ms, ${ratio.toFixed(2)} times; longest ${beside.longest.toFixed(0)} ms; bar ${bar}: ${ratio <= bar ? 'passed' : 'FAILED'}`,
    );
  }
} finally {
  await program.stop();
}
process.exitCode = failed === 0 ? 0 : 1;

async function createPatients(count: number): Promise<void> {
  const entry = Array.from({ length: count }, (_, n) => ({
    resource: {
      resourceType: 'Patient',
      name: [{ family: `Holm${n}`, given: ['Åse'] }],
      birthDate: `19${10 + (n % 90)}-01-01`,
    },
    request: { method: 'POST', url: 'Patient' },
  }));
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry });
  const response = await fetch(`${program.url}/fhir`, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  await response.text();
}

/** Four readers, one request after the other each. */
async function readFor(seconds: number): Promise<{ median: number; longest: number }> {
  const found = await fetch(`${program.url}/fhir/Patient?_count=1`, { headers });
  const { entry } = JSON.parse(await found.text()) as { entry: { resource: { id: string } }[] };
  const url = `${program.url}/fhir/Patient/${entry[0]?.resource.id ?? ''}`;
  const waits: number[] = [];
  const end = performance.now() + seconds * 1000;
  const read = async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      const response = await fetch(url, { headers });
      await response.text();
      if (response.status !== 200) throw new Error(`a reader was answered ${response.status}`);
      waits.push(performance.now() - begun);
    }
  };
  await Promise.all([read(), read(), read(), read()]);
  waits.sort((a, b) => a - b);
  return { median: waits[Math.floor(waits.length / 2)] ?? 0, longest: waits.at(-1) ?? 0 };
}
