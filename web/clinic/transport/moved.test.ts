// Whether a patient still lies where a transport begins.
import type { Encounter } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { readTransport, transport } from '#fhir/transport/transport.ts';
import { move } from '#fhir/stay.ts';
import { stayOf } from '../record/stay.ts';
import { movedTo } from './moved.ts';

const at = '2026-01-15T12:00:00+01:00';
const places = (bed: string) => ({
  ward: { reference: 'Location/b12', display: 'B12' } as const,
  bed: { reference: `Location/${bed}`, display: bed } as const,
});
const stay = (bed: string) =>
  stayOf(
    move(
      { resourceType: 'Encounter', id: 'e', status: 'in-progress', class: { code: 'IMP' } } as Encounter,
      places(bed),
      at,
    ),
  );
const ordered = (status: string) =>
  readTransport({
    ...transport(
      {
        patient: 'Patient/1',
        encounter: undefined,
        from: { reference: 'Location/12-1', display: '12-1, B12' },
        to: 'CT',
        mode: 'bed',
        oxygen: false,
        isolation: undefined,
        note: '',
        when: Date.parse(at),
        at: Date.parse(at),
        requester: {},
      },
      'ServiceRequest/1',
    ).task,
    status,
  });

test('who was moved since is told with the new place, until the porter is under way', () => {
  expect(movedTo(ordered('requested'), stay('12-1'))).toBeUndefined();
  expect(movedTo(ordered('requested'), stay('12-2'))).toBe('12-2, B12');
  expect(movedTo(ordered('accepted'), stay('12-2'))).toBe('12-2, B12');
  expect(movedTo(ordered('in-progress'), stay('12-2'))).toBeUndefined();
});
