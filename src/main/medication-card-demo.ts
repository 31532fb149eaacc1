/**
 * The stand-in of FMK beside the demo region, on a port of its own. A citizen's card is what the demo knows of their home medicine,
 * with what a general practice has changed since: so that there is something to compare. Changed cards outlast a restart.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DrugMedication, MedicineCard } from '#fhir/medication-card/card.ts';
import { contentOf, isDischarge, lineIdOf } from '#fhir/medication-card/shape.ts';
import { findAll } from '#exchange/fmk/record.ts';
import { isObject, type Json } from '#fhir/json.ts';
import type { Sql } from '#store/sql.ts';
import { startFmkPeer, type FmkPeer } from '#sim/fmk/peer.ts';
import { changedSince } from '#sim/fmk/changed-since.ts';

export function startDemoFmk(sql: Sql, dataFolder: string): Promise<FmkPeer> {
  return startFmkPeer({
    file: join(dataFolder, 'demo-fmk.json'),
    seed: async (personIdentifier) => {
      const home = await findAll(sql, 'MedicationRequest', [
        ['patient.identifier', `urn:oid:1.2.208.176.1.2|${personIdentifier}`],
        ['category', 'community'],
      ]);
      return cardOf(personIdentifier, home);
    },
  });
}

function cardOf(personIdentifier: string, home: readonly Json[]): MedicineCard {
  const lines = home
    .filter((request) => !isDischarge(request) && request['status'] === 'active')
    .flatMap((request): DrugMedication[] => {
      const identifier = lineIdOf(request);
      const requester = isObject(request['requester']) ? request['requester']['display'] : undefined;
      return identifier === undefined
        ? []
        : [
            {
              ...contentOf(request),
              identifier,
              version: 1,
              status: 'active',
              begin: String(request['authoredOn']),
              by: typeof requester === 'string' ? requester : '',
            },
          ];
    })
    .sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
  const chance = createHash('sha256').update(personIdentifier).digest()[0] ?? 0;
  return { personIdentifier, version: 1, drugMedications: changedSince(lines, chance) };
}
