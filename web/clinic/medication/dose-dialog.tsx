import { Modal } from '@mantine/core';
import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { useState } from 'react';
import { showMoment } from '../../parts/format/date.ts';
import { Segments } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { DrugLine } from '../record/drug-line.tsx';
import { wordsOf } from '../record/coding.ts';
import { GivenDetails } from './given-details.tsx';
import { GiveForm } from './give-form.tsx';
import { NotGivenForm } from './not-given-form.tsx';
import { PatientTitle } from './patient-title.tsx';

/** One dose of an order: planned at a time, or given when needed; answered, or to be answered. */
export type OpenedDose = {
  readonly request: MedicationRequest;
  readonly planned: number | undefined;
  readonly answer: MedicationAdministration | undefined;
};

type DoseDialogProps = {
  readonly patient: string;
  readonly dose: OpenedDose;
  readonly given: readonly MedicationAdministration[];
  readonly isHighRisk: boolean;
  readonly onClose: () => void;
};

type Doing = 'give' | 'part' | 'notGiven';

/** Giving one dose: the dialog opens on the button that gives it, so that it is two presses from the grid. */
export function DoseDialog({ patient, dose, given, isHighRisk, onClose }: DoseDialogProps) {
  const say = useText();
  const language = useLanguage();
  const [doing, setDoing] = useState<Doing>('give');
  const { request, planned, answer } = dose;
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      yOffset="8vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={<PatientTitle patient={patient} />}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div className="med-dialog">
        <div>
          <DrugLine request={request} />
          <p className="muted">
            {planned !== undefined && say('med.plannedAt', { time: showMoment(planned, language, now()) })}{' '}
            {request.reasonCode?.map(wordsOf).join(', ')}
          </p>
          {isHighRisk && <Tag kind="abn">▲ {say('med.highRisk')}</Tag>}
        </div>
        {answer === undefined ? (
          <>
            <Segments<Doing>
              label={say('med.what')}
              value={doing}
              choices={[
                { value: 'give', label: say('med.give') },
                { value: 'part', label: say('med.part') },
                { value: 'notGiven', label: say('med.notGiven') },
              ]}
              onChoose={setDoing}
            />
            {doing === 'notGiven' ? (
              <NotGivenForm patient={patient} dose={dose} onDone={onClose} />
            ) : (
              <GiveForm
                key={doing}
                patient={patient}
                dose={dose}
                given={given}
                isPart={doing === 'part'}
                isHighRisk={isHighRisk}
                onDone={onClose}
              />
            )}
          </>
        ) : (
          <GivenDetails patient={patient} request={request} answer={answer} onDone={onClose} />
        )}
      </div>
    </Modal>
  );
}
