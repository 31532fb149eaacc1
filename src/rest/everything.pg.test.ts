import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { useClient, type Reply } from './testing.ts';

const { send, create } = useClient(testDatabase);

const observation = (id: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${id}` },
  ...more,
});
const names = ({ json }: Reply) =>
  (json.entry ?? []).flatMap(({ resource }) =>
    resource?.id === undefined ? [] : [`${String(resource['resourceType'])}/${resource.id}`],
  );

async function chart() {
  const [patient, other] = [
    await create({ resourceType: 'Patient' }),
    await create({ resourceType: 'Patient' }),
  ];
  const practitioner = await create({ resourceType: 'Practitioner' });
  const own = [
    `Observation/${await create(observation(patient, { performer: [{ reference: `Practitioner/${practitioner}` }] }))}`,
    `Encounter/${await create({ resourceType: 'Encounter', status: 'finished', class: { code: 'IMP' }, subject: { reference: `Patient/${patient}` } })}`,
    // By a list of participants rather than by a subject.
    `Appointment/${await create({ resourceType: 'Appointment', status: 'booked', start: '2026-01-15T10:00:00Z', end: '2026-01-15T10:30:00Z', participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }] })}`,
  ];
  await create(observation(other));
  const deleted = await create(observation(patient));
  await send('DELETE', `Observation/${deleted}`);
  return { patient, practitioner, own };
}

test('is the patient first, all that is theirs, and whom it points at', async () => {
  const { patient, practitioner, own } = await chart();
  const reply = await send('GET', `Patient/${patient}/$everything`);
  expect(names(reply)[0]).toBe(`Patient/${patient}`);
  expect(names(reply).sort()).toEqual([`Patient/${patient}`, `Practitioner/${practitioner}`, ...own].sort());
});

test('comes in pages that hold all of it once', async () => {
  const { patient, practitioner, own } = await chart();
  const seen: string[] = [];
  for (let next: string | undefined = `Patient/${patient}/$everything?_count=1`; next !== undefined;) {
    const reply: Reply = await send('GET', next);
    seen.push(...names(reply));
    next = reply.json.link?.find(({ relation }) => relation === 'next')?.url;
  }
  expect(seen.sort()).toEqual([`Patient/${patient}`, `Practitioner/${practitioner}`, ...own].sort());
});

test('may be of some types, and of what is new', async () => {
  const { patient, own } = await chart();
  expect(
    names(await send('GET', `Patient/${patient}/$everything?_type=Encounter,Appointment`)).sort(),
  ).toEqual(own.slice(1).sort());
  expect(names(await send('GET', `Patient/${patient}/$everything?_since=2999-01-01`))).toEqual([]);
});

test('may be of a time: what happened then, and what says no time', async () => {
  const patient = await create({ resourceType: 'Patient', birthDate: '1950-01-01' });
  const [before, early, late, timeless] = [
    await create(observation(patient, { effectiveDateTime: '2025-12-31T12:00:00+01:00' })),
    await create(observation(patient, { effectivePeriod: { start: '2025-12-01', end: '2026-01-02' } })),
    await create(observation(patient, { effectiveDateTime: '2026-02-01' })),
    await create(observation(patient)),
  ];
  const found = async (query: string) =>
    names(await send('GET', `Patient/${patient}/$everything?${query}`)).filter(
      (name) => !name.startsWith('Patient'),
    );
  const of = (...ids: string[]) => ids.map((id) => `Observation/${id}`).sort();
  expect((await found('start=2026-01-01')).sort()).toEqual(of(early, late, timeless));
  expect((await found('end=2025-12-31')).sort()).toEqual(of(before, early, timeless));
  expect((await found('start=2026-01-01&end=2026-01-31')).sort()).toEqual(of(early, timeless));
  expect(names(await send('GET', `Patient/${patient}/$everything?start=2026-01-01&_count=1`))).toEqual([
    `Patient/${patient}`,
  ]);
});

test('of an encounter is the encounter first, what happened in it, and whom that points at', async () => {
  const patient = await create({ resourceType: 'Patient' });
  const encounter = await create({
    resourceType: 'Encounter',
    status: 'finished',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${patient}` },
  });
  const within = { encounter: { reference: `Encounter/${encounter}` } };
  const [first, second] = [
    await create(observation(patient, within)),
    await create(observation(patient, within)),
  ];
  await create(observation(patient));
  const seen: string[] = [];
  for (let next: string | undefined = `Encounter/${encounter}/$everything?_count=2`; next !== undefined;) {
    const reply: Reply = await send('GET', next);
    seen.push(...names(reply));
    next = reply.json.link?.find(({ relation }) => relation === 'next')?.url;
  }
  expect(seen[0]).toBe(`Encounter/${encounter}`);
  expect([...new Set(seen)].sort()).toEqual(
    [`Encounter/${encounter}`, `Observation/${first}`, `Observation/${second}`, `Patient/${patient}`].sort(),
  );
  expect((await send('GET', 'Encounter/never/$everything')).status).toBe(404);
});

test('is refused for who is not there, and for what is not understood', async () => {
  const { patient } = await chart();
  expect((await send('GET', 'Patient/never/$everything')).status).toBe(404);
  for (const query of [
    '_count=-5',
    '_count=1.5',
    '_type=Chart',
    '_since=x',
    '_after=x',
    'start=x',
    'end=1980-02-30',
  ]) {
    expect((await send('GET', `Patient/${patient}/$everything?${query}`)).status, query).toBe(400);
  }
  const told = await send('GET', `Patient/${patient}/$everything?colour=red`);
  expect(told.json.entry?.at(-1)?.resource?.issue).toMatchObject([
    { severity: 'warning', diagnostics: 'colour: is not known here; it was not used' },
  ]);
  expect(
    (
      await send('GET', `Patient/${patient}/$everything?colour=red`, undefined, {
        prefer: 'handling=strict',
      })
    ).status,
  ).toBe(400);
  await send('DELETE', `Patient/${patient}`);
  expect((await send('GET', `Patient/${patient}/$everything`)).status).toBe(410);
});
