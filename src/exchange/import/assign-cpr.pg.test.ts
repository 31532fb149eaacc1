import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cprSystem, passesModulus11 } from '#fhir/cpr.ts';
import { openStore } from '#store/store.ts';
import { testDatabase } from '../../../test/database.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { findFiles } from './files.ts';
import { importFiles } from './import.ts';

interface Patient {
  readonly id: string;
  readonly birthDate: string;
  readonly gender: string;
  readonly identifier: readonly { readonly system: string; readonly value: string }[];
}

test('--assign-cpr gives everybody a number of their own that fits, fails modulus 11 and is the same the next time', async () => {
  const database = await testDatabase();
  const store = openStore(database.to, { poolSize: 4, node: 'test' });
  const folder = temporaryFolder();
  try {
    // Many on the same days, so that numbers are wanted twice; one has a number already.
    const people = Array.from({ length: 600 }, (_, n) => ({
      resourceType: 'Patient',
      id: `p${n}`,
      gender: n % 2 ? 'male' : 'female',
      birthDate: n % 3 ? '1961-07-07' : '2012-02-29',
      ...(n % 5 ? { identifier: [{ system: 'urn:foreign', value: `f${n}` }] } : {}),
    }));
    const own = {
      resourceType: 'Patient',
      id: 'own',
      identifier: [{ system: cprSystem, value: '0707614285' }],
    };
    writeFileSync(
      join(folder.path, 'a.ndjson'),
      [...people, own].map((one) => JSON.stringify(one)).join('\n'),
    );
    const run = async () => importFiles(store, await findFiles([folder.path]), { skip: [], assignCpr: true });
    expect(await run()).toMatchObject({ written: 601, faults: 0 });
    expect(await run()).toMatchObject({ written: 0, unchanged: 601 });
    const rows = await store.sql<
      { body: string }[]
    >`select v.body from record r join version v on v.seq = r.seq where r.type = 'Patient'`;
    const stored = rows.map(({ body }): Patient => JSON.parse(body));
    expect(stored.find(({ id }) => id === 'own')?.identifier).toHaveLength(1);
    const invented = stored.filter(({ id }) => id !== 'own');
    const numbers = invented.map(({ identifier }) => identifier[0]);
    expect(new Set(numbers.map((one) => one?.value)).size).toBe(600);
    for (const { birthDate, gender, identifier, id } of invented) {
      const [cpr] = identifier;
      expect([cpr?.system, cpr?.value.slice(0, 6)]).toEqual([
        cprSystem,
        birthDate.slice(8) + birthDate.slice(5, 7) + birthDate.slice(2, 4),
      ]);
      expect(Number(cpr?.value[9]) % 2).toBe(gender === 'male' ? 1 : 0);
      expect(passesModulus11(cpr?.value ?? '')).toBe(false);
      if (Number(id.slice(1)) % 5)
        expect(identifier[1]).toEqual({ system: 'urn:foreign', value: `f${id.slice(1)}` });
    }
  } finally {
    folder.remove();
    await store.close();
    await database.drop();
  }
});
