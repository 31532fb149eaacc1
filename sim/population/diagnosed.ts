// What is known of a patient beyond this day: diagnoses and CAVE.
import type { AllergyIntolerance, Condition } from '@medplum/fhirtypes';
import { categoryOf } from '#fhir/diagnoses/diagnosis.ts';
import { danishInstant, minuteMs } from './danish-time.ts';
import type { Person } from './people.ts';
import { codeable, referTo, systems } from './resources.ts';
import { caveNames } from './voice.ts';

interface Diagnosed {
  readonly id: string;
  readonly code: string;
  readonly display: string;
  readonly category: 'encounter-diagnosis' | 'problem-list-item';
  readonly recorded: number;
  readonly patient: string;
  readonly encounter: string | undefined;
  readonly resolved?: boolean;
  /** Beside the action diagnosis of the stay. */
  readonly isSecondary?: boolean;
}

export function conditionResource(diagnosed: Diagnosed): Condition {
  return {
    resourceType: 'Condition',
    id: diagnosed.id,
    clinicalStatus: codeable(diagnosed.resolved === true ? 'Overstået' : 'Aktiv', {
      system: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
      code: diagnosed.resolved === true ? 'resolved' : 'active',
    }),
    verificationStatus: codeable('Bekræftet', {
      system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
      code: 'confirmed',
    }),
    category: [
      categoryOf(
        diagnosed.category === 'problem-list-item'
          ? 'lasting'
          : diagnosed.isSecondary === true
            ? 'secondary'
            : 'action',
      ),
    ],
    code: codeable(diagnosed.display, {
      system: systems.sks,
      code: diagnosed.code,
      display: diagnosed.display,
    }),
    subject: referTo(`Patient/${diagnosed.patient}`),
    ...(diagnosed.encounter === undefined ? {} : { encounter: referTo(`Encounter/${diagnosed.encounter}`) }),
    recordedDate: danishInstant(diagnosed.recorded),
  };
}

export function allergiesOf(person: Person, asked: number, uuid: () => string): AllergyIntolerance[] {
  const statuses = {
    clinicalStatus: codeable('Aktiv', {
      system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
      code: 'active',
    }),
    verificationStatus: codeable('Bekræftet', {
      system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
      code: 'confirmed',
    }),
  };
  if (person.cave === 'not-asked') return [];
  if (person.cave === 'none-known') {
    return [
      {
        resourceType: 'AllergyIntolerance',
        id: uuid(),
        ...statuses,
        code: codeable('Ingen kendte', { system: systems.snomed, code: '716186003' }),
        patient: referTo(`Patient/${person.id}`),
        recordedDate: danishInstant(asked + 30 * minuteMs),
      },
    ];
  }
  return person.cave.map((cave) => {
    const severe = /anafylaksi|bronkospasme|svælg|blodtryksfald/i.test(cave.reaction);
    const month = String((cave.year % 12) + 1).padStart(2, '0');
    return {
      resourceType: 'AllergyIntolerance',
      id: uuid(),
      ...statuses,
      type: 'allergy',
      criticality: severe ? 'high' : 'low',
      code: codeable(caveNames[cave.class]),
      patient: referTo(`Patient/${person.id}`),
      onsetDateTime: String(cave.year),
      recordedDate: `${cave.year}-${month}-14`,
      reaction: [{ manifestation: [codeable(cave.reaction)], severity: severe ? 'severe' : 'moderate' }],
    };
  });
}
