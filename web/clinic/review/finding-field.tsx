import { useImperativeHandle, useState, type Ref } from 'react';
import { isFault } from '../../link/fault.ts';
import { saveFinding, type OpenedRecord } from '../../link/glass-review.ts';
import { ReadyField } from '../../parts/ready-field.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';

const findings: readonly TextKey[] = ['review.fine', 'review.examined', 'review.talked'];
const letters = { min: 2, max: 1000 } as const;

export type FindingHandle = {
  /** The ready text with this digit, ready to be sent. */
  choose(digit: number): void;
  focus(): void;
};

type FindingFieldProps = {
  readonly record: OpenedRecord;
  readonly handle: Ref<FindingHandle>;
  readonly onDone: () => void;
};

/** What the reviewer found about one opened record. */
export function FindingField({ record, handle, onDone }: FindingFieldProps) {
  const say = useText();
  const [begun, setBegun] = useState<{ readonly text: string; readonly n: number }>();
  useImperativeHandle(handle, () => ({
    choose: (digit) => {
      const key = findings[digit - 1];
      if (key !== undefined) setBegun(({ n } = { text: '', n: 0 }) => ({ text: say(key), n: n + 1 }));
    },
    focus: () => setBegun(({ n, text } = { text: '', n: 0 }) => ({ text, n: n + 1 })),
  }));
  return (
    <section className="panel inset" aria-label={say('review.finding')}>
      <ReadyField
        key={begun?.n ?? 0}
        label={say('review.findingOf', { who: record.who, reason: record.reason })}
        ready={findings.map((key) => say(key))}
        readyLabel={say('review.ready')}
        action={say('review.save')}
        acting={say('review.saving')}
        letters={letters}
        tooShort={say('review.tooShort')}
        initial={begun?.text ?? ''}
        focus={begun !== undefined}
        onSend={async (finding) => {
          try {
            await saveFinding(record.id, finding);
            onDone();
            return undefined;
          } catch (error) {
            return say(isFault(error, 'refused') ? 'review.refused' : 'review.failed');
          }
        }}
      />
    </section>
  );
}
