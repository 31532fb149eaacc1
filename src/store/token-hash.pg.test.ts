import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { connect } from './sql.ts';
import { tokenHash } from './token-hash.ts';

const database = await testDatabase();
const sql = connect(database.to, { max: 1 });
afterAll(async () => {
  await sql.end();
  await database.drop();
});

test('is what PostgreSQL makes of the same text', async () => {
  const unit = fc.constantFrom('a', 'Z', '|', '#', 'æ', 'Å', '€', '\u{1f600}', '0');
  const texts = [
    '',
    ...fc.sample(fc.string({ unit, maxLength: 60 }), { numRuns: 2000, seed: 3 }),
    ...Array.from({ length: 40 }, (_, n) => 'x'.repeat(n)),
  ];
  const rows = await sql<{ hash: string }[]>`
    select hashtextextended(text, 0)::text as hash from unnest(${sql.typed.texts(texts)}::text[]) with ordinality as row (text, n) order by n`;
  expect(texts.map(tokenHash)).toEqual(rows.map(({ hash }) => hash));
});
