import { openByNumber } from '../../link/access.ts';
import { markOpened } from '../../link/queries.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { showCpr } from '../record/person.ts';
import { ReasonField } from './reason-field.tsx';

type OpenByNumberProps = {
  readonly cpr: string;
  readonly onBack: () => void;
  readonly onOpened: (patient: string) => void;
};

/** A protected person is found by nobody's name: whoever stands before them has the number, and a reason. */
export function OpenByNumber({ cpr, onBack, onOpened }: OpenByNumberProps) {
  const say = useText();
  return (
    <section className="by-number" aria-label={say('search.guardedTitle')}>
      <h2>
        {say('search.guardedTitle')} <span className="nowrap">{showCpr(cpr)}</span>
      </h2>
      <p className="muted">{say('search.guardedText')}</p>
      <ReasonField
        depth="none"
        missing={say('search.noSuchNumber', { cpr: showCpr(cpr) })}
        onGive={async (reason) => {
          const { patient, minutesLeft } = await openByNumber(cpr, reason);
          markOpened(patient, { reason, minutesLeft });
          onOpened(patient);
        }}
      />
      <Button kind="plain" onPress={onBack}>
        {say('search.back')}
      </Button>
    </section>
  );
}
