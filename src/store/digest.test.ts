import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestOf } from './digest.ts';

test('the digest is that of one text, however long it is: what was stored before stays provable', () => {
  for (const letters of [0, 10, 70_000, 300_000]) {
    const act = {
      id: 'a',
      author: 'Practitioner/æ',
      node: 'region',
      hlc: 7,
      answers: [{ status: 201 as const, type: 'Patient', id: 'p', version: 1 }],
    };
    const changes = [1, 2, 3].map((version) => ({
      type: 'Patient',
      id: 'p',
      version,
      updated: 5,
      ...(version === 2 ? {} : { body: 'ø😀'.repeat(letters / 2) }),
    }));
    const text = `a\nPractitioner/æ\nregion 7  \n201 Patient p 1\n${changes
      .map(({ version, body }) => `Patient/p/${version} 5 ${body?.length ?? -1}\n${body ?? ''}`)
      .join('')}`;
    expect(digestOf(act, changes).toString('hex')).toBe(createHash('sha256').update(text).digest('hex'));
  }
});
