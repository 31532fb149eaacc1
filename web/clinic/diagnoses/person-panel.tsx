import type { Patient } from '@medplum/fhirtypes';
import { useState, type ReactNode } from 'react';
import { Button } from '../../parts/button.tsx';
import { showDate } from '../../parts/format/date.ts';
import { Panel } from '../../parts/panel.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { wordsOf } from '../record/coding.ts';
import { MergeDialog } from '../merge/merge-dialog.tsx';
import { personOf, showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { useItems } from '../record/use-patient.ts';

/** Who the patient is outside of the ward: address, telephone, next of kin, own doctor. */
export function PersonPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const { items, state } = useItems(patient, 'person', 'Patient');
  const relatives = useItems(patient, 'relatives', 'RelatedPerson');
  const [person] = items;
  const [isMerging, setIsMerging] = useState(false);
  return (
    <Panel title={say('person.title')} state={state}>
      {person !== undefined && (
        <dl className="facts">
          <Fact name={say('person.born')}>{showDate(person.birthDate, language)}</Fact>
          <Fact name={say('person.identifiers')}>{identifiers(person)}</Fact>
          <Fact name={say('person.address')}>
            {(person.address ?? [])
              .map(
                (each) =>
                  each.text ??
                  [each.line?.join(', '), [each.postalCode, each.city].filter(Boolean).join(' ')]
                    .filter(Boolean)
                    .join(', '),
              )
              .join(' · ')}
          </Fact>
          <Fact name={say('person.phone')}>
            {(person.telecom ?? []).flatMap((each) => each.value ?? []).join(', ')}
          </Fact>
          <Fact name={say('person.kin')}>
            {[
              ...(person.contact ?? []).map((each) =>
                [
                  each.name?.text ??
                    [each.name?.given?.join(' '), each.name?.family].filter(Boolean).join(' '),
                  (each.relationship ?? []).map(wordsOf).join(', '),
                  (each.telecom ?? []).flatMap((one) => one.value ?? []).join(', '),
                ]
                  .filter(Boolean)
                  .join(' · '),
              ),
              ...relatives.items.map((each) =>
                [
                  [each.name?.[0]?.given?.join(' '), each.name?.[0]?.family].filter(Boolean).join(' '),
                  (each.relationship ?? []).map(wordsOf).join(', '),
                ]
                  .filter(Boolean)
                  .join(' · '),
              ),
            ].join('; ')}
          </Fact>
          <Fact name={say('person.gp')}>
            {(person.generalPractitioner ?? []).flatMap((each) => each.display ?? []).join(', ')}
          </Fact>
        </dl>
      )}
      {person !== undefined && (
        <div className="no-print">
          <Button
            kind="plain"
            disabledBecause={currentRights().admits ? undefined : say('merge.notForRole')}
            onPress={() => setIsMerging(true)}
          >
            {say('merge.open')}
          </Button>
        </div>
      )}
      {isMerging && person !== undefined && (
        <MergeDialog person={personOf(person)} onClose={() => setIsMerging(false)} />
      )}
    </Panel>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children === '' ? '–' : children}</dd>
    </>
  );
}

/** Numbers from elsewhere: a foreign chart has no CPR but has others. */
function identifiers(person: Patient): string {
  return (person.identifier ?? [])
    .flatMap((each) =>
      each.value === undefined
        ? []
        : [each.type === undefined ? showCpr(each.value) : `${wordsOf(each.type)} ${each.value}`],
    )
    .join(', ');
}
