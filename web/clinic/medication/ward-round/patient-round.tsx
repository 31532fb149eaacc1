import { useMemo, useState, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useDrugKnowledge } from '../../../link/drug-knowledge.ts';
import { useAccess } from '../../../link/queries.ts';
import { AsOf, FailedNote, joinStates, Loaded } from '../../../parts/panel.tsx';
import { ScrollRegion } from '../../../parts/scroll-region.tsx';
import { useText } from '../../../parts/text.tsx';
import { Banner } from '../../frame/banner.tsx';
import { isCommunity } from '../../record/dose.ts';
import { orderOf } from '../../record/next-dose.ts';
import { useItems } from '../../record/use-patient.ts';
import { DoseDialog, type OpenedDose } from '../dose-dialog.tsx';
import { orderRows } from '../orders-shown.ts';
import { isHighRisk, Round } from '../round.tsx';

type PatientRoundProps = {
  readonly patient: string;
  /** The wristband was scanned. */
  readonly isSure: boolean;
  readonly onOther: (number: string) => boolean;
  /** Where the round goes from here. */
  readonly children: ReactNode;
};

/** One patient of a ward's round: the same round as on the patient's own page. */
export function PatientRound({ patient, isSure, onOther, children }: PatientRoundProps) {
  const say = useText();
  const depth = useAccess(patient).data?.depth;
  const medication = useItems(patient, 'medication', 'MedicationRequest');
  const given = useItems(patient, 'given', 'MedicationAdministration');
  const state = joinStates(medication.state, given.state);
  const orders = useMemo(
    () => medication.items.filter((request) => !isCommunity(request)),
    [medication.items],
  );
  const knowledge = useDrugKnowledge(
    useMemo(
      () =>
        orders
          .filter(({ status }) => status === 'active' || status === 'on-hold')
          .flatMap((one) => orderOf(one).atc ?? []),
      [orders],
    ),
  );
  const [opened, setOpened] = useState<OpenedDose>();
  return (
    <section
      className={`panel ward-round-patient no-print ${state.failed ? 'failed' : ''}`}
      aria-label={say('medication.viewRound')}
    >
      {/* Here, and not above both columns: the list beside must not move when the first patient opens. */}
      <Banner patient={patient} />
      <FailedNote state={state} />
      <ScrollRegion label={say('medication.viewRound')}>
        {depth !== undefined && depth !== 'chart' ? (
          <p className="inset">
            {say('wardRound.closed')}{' '}
            <Link to="/patient/$patient/medication" params={{ patient }} search={{ view: 'round' }}>
              {say('wardRound.openRecord')}
            </Link>
          </p>
        ) : (
          <Loaded state={state}>
            <Round
              patient={patient}
              requests={orders}
              answers={given.items}
              knowledge={knowledge}
              onDose={setOpened}
              isSure={isSure}
              onOther={onOther}
            />
          </Loaded>
        )}
      </ScrollRegion>
      <footer className="sign ward-round-on">
        {children}
        <span className="grow" />
        <AsOf state={state} />
      </footer>
      {opened !== undefined && (
        <DoseDialog
          key={`${opened.request.id} ${opened.planned}`}
          patient={patient}
          dose={opened}
          given={
            orderRows(orders, given.items).find(({ chain }) => chain.includes(opened.request))?.given ?? []
          }
          isHighRisk={isHighRisk(opened.request, knowledge)}
          onClose={() => setOpened(undefined)}
        />
      )}
    </section>
  );
}
