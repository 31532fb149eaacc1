import { reasonLetters, type Depth } from '../../link/access.ts';
import { isFault } from '../../link/fault.ts';
import { ReadyField } from '../../parts/ready-field.tsx';
import { useText, type Say } from '../../parts/text.tsx';
import { readyReasons } from './reasons.ts';

type ReasonFieldProps = {
  readonly depth: Depth;
  readonly initial?: string | undefined;
  /** What to say when the server knows no such patient. */
  readonly missing: string;
  readonly onGive: (reason: string) => Promise<void>;
};

/** The reason, and the door that it opens. */
export function ReasonField({ depth, initial, missing, onGive }: ReasonFieldProps) {
  const say = useText();
  return (
    <ReadyField
      label={say('glass.reason')}
      ready={readyReasons(depth).map((key) => say(key))}
      readyLabel={say('glass.ready')}
      action={say('glass.open')}
      acting={say('glass.opening')}
      letters={reasonLetters}
      tooShort={say('glass.tooShort', { count: reasonLetters.min })}
      {...(initial !== undefined && { initial })}
      onSend={async (reason) => {
        try {
          await onGive(reason);
          return undefined;
        } catch (error) {
          return whyNotOpened(error, missing, say);
        }
      }}
    />
  );
}

function whyNotOpened(error: unknown, missing: string, say: Say): string {
  if (isFault(error, 'missing')) return missing;
  if (isFault(error, 'refused')) return say('glass.refused', { said: error.said ?? '' });
  return say('glass.failed');
}
