/**
 * Drill: a hospital works for a week, and the record is right afterwards.
 *
 *   npm run drill -- hospital-week [seed] [days]
 *
 * Doctors, nurses, secretaries and laboratories of three wards, each with a login of their own, act by HTTP on a real program: one after the
 * other, so that the same seed gives the same week. Time is the simulation's, Monday 12 January 2026 and on: it stands in what they write, and no
 * clock is touched. Bars: the invariants of `sim/hospital/checks.ts` hold after each day, no act is refused but for what another did before,
 * what was answered as stored is there, and `verify` is clean.
 */
import { faultsOf } from '#sim/hospital/checks.ts';
import { recordOf, type HospitalRecord } from '#sim/hospital/api.ts';
import { onDutyBy, shiftAt, type Role } from '#sim/hospital/rhythm.ts';
import { runShift } from '#sim/hospital/shift.ts';
import { expectedRefusals } from '#sim/hospital/tally.ts';
import { loginOf, resourcesOf, wardOf, type Ward } from '#sim/hospital/ward.ts';
import { dayMs } from '#sim/population/danish-time.ts';
import { randomFrom } from '#sim/population/random.ts';
import { startProgram, type Program } from '../test/program.ts';

const seed = process.argv[2] ?? 'week';
const days = Number(process.argv[3] ?? 7);
const begins = Date.parse('2026-01-12T06:00:00Z');
const roles = ['nurse', 'secretary', 'doctor', 'laboratory'] as const satisfies readonly Role[];

// Who went home in the simulation went home long ago by the clock of the machine, and is still theirs.
const program = await startProgram({ env: { HOLDFAST_RELATION_DAYS: '3650', HOLDFAST_LOG: 'error' } });
let failed = true;
try {
  failed = await playWeek(program);
} finally {
  await program.stop();
}
process.exitCode = failed ? 1 : 0;

async function playWeek(from: Program): Promise<boolean> {
  const everything = recordFor(from, await from.tokenOf('integration'));
  const wards = (
    [
      ['medicin', 10, 16],
      ['kirurgi', 8, 13],
      ['modtagelse', 6, 10],
    ] as const
  ).map(([name, beds, people]) => wardOf(name, randomFrom(`${seed}/${name}`), beds, people));
  for (const ward of wards)
    await everything.act(
      randomFrom(`${seed}/${ward.ward.id}`).uuid(),
      resourcesOf(ward).map((resource) => ({
        method: 'PUT',
        url: `${resource.resourceType}/${resource.id}`,
        resource,
      })),
    );
  const records = await recordsOf(from, wards);
  const faults: string[] = [];
  const begunMs = performance.now();
  const tally = await runShift({
    wards,
    recordOf: (role, { ward }) => records.get(loginOf(ward.id ?? '', role)) ?? everything,
    random: randomFrom(seed),
    onDuty: (now) => onDutyBy[shiftAt(now)],
    begins,
    minutes: days * 24 * 60,
    atOnce: false,
    onDay: async (day, { stored }) => {
      const found = await faultsOf(everything, wards, begins + day * dayMs);
      faults.push(...found.map((fault) => `day ${day}: ${fault}`));
      const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
      console.log(`day ${day}: ${stored.length} versions stored after ${seconds} s, ${found.length} faults`);
    },
  });
  let missing = 0;
  for (const name of tally.stored) if ((await everything.read(name)) === undefined) missing++;
  const odd = [...tally.refused.keys()].filter((code) => !expectedRefusals.includes(code));
  const counts = Map.groupBy(tally.stored, (name) => name.split('/')[0] ?? '');
  for (const [type, names] of [...counts].toSorted(([a], [b]) => a.localeCompare(b)))
    console.log(`${type.padEnd(26)} ${String(names.length).padStart(6)}`);
  console.log('refused:', Object.fromEntries(tally.refused));
  for (const fault of faults.slice(0, 20)) console.log(fault);
  const { stdout } = await from.command('verify');
  const isClean = stdout.includes('the record equals the journal');
  console.log(stdout.trim());
  console.log(
    `${days} days of seed '${seed}': ${tally.stored.length} versions stored, ${missing} missing, ${faults.length} faults, ${odd.length} unexpected refusals${odd.length > 0 ? ` (${odd.join()})` : ''}, verify ${isClean ? 'clean' : 'NOT CLEAN'}`,
  );
  return missing + faults.length + odd.length > 0 || !isClean;
}

/** A login for each role of each ward: what they may see and write is judged as theirs. */
async function recordsOf(
  from: Program,
  wards: readonly Ward[],
): Promise<ReadonlyMap<string, HospitalRecord>> {
  const records = new Map<string, HospitalRecord>();
  for (const { ward } of wards)
    for (const role of roles) {
      const login = loginOf(ward.id ?? '', role);
      const added = ['user', 'add', login, '--name', login, '--role', role, '--practitioner', login];
      const { code, stderr } = await from.command(...added);
      if (code !== 0) throw new Error(`no login for ${login}: ${stderr}`);
      records.set(login, recordFor(from, await from.token(login)));
    }
  return records;
}

function recordFor({ url }: Program, token: string): HospitalRecord {
  return recordOf(async (method, address, body, headers) => {
    const answer = await fetch(
      address.startsWith('http') ? address : `${url}/fhir/${address}`.replace(/\/$/, ''),
      {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
    );
    return { status: answer.status, json: await answer.json() };
  });
}
