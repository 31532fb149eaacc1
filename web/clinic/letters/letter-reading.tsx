import { readLetter, wrongUrl } from '#fhir/letters/letter.ts';
import { hasLeft } from '#fhir/letters/steps.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { instantOf, showDayAndTime } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { wrongAct } from './letter-acts.ts';
import { receiverNames, type LetterRow } from './letter-rows.ts';
import { LetterTags } from './letter-tags.tsx';
import { nameOf } from './letter-texts.ts';
import { ReasonButton } from './reason-button.tsx';

type ReadingProps = {
  readonly row: LetterRow;
  readonly patient: string;
  readonly onCorrect: () => void;
  readonly onAnswer: () => void;
  readonly onDone: () => void;
};

/** A letter as its receiver reads it; beneath it what can be done with it. */
export function LetterReading({ row, patient, onCorrect, onAnswer, onDone }: ReadingProps) {
  const say = useText();
  const language = useLanguage();
  const { letter } = row;
  const read = letter === undefined ? undefined : readLetter(letter);
  if (letter === undefined || read === undefined) return null;
  const signedAt = instantOf(letter.attester?.[0]?.time);
  const why = letter.extension?.find(({ url }) => url === wrongUrl)?.valueString;
  const category = read.kind.categories.find(({ id }) => id === read.category);
  return (
    <article className={row.status === 'wrong' ? 'letter wrong' : 'letter'}>
      <h2 className="reading-title">{letter.title}</h2>
      <p className="muted">
        {say('letters.to')}: {receiverNames(letter)}
        {category === undefined ? '' : ` · ${nameOf(category, language)}`}
      </p>
      <p className="muted">
        {signedAt === undefined
          ? row.by
          : say('letters.signedBy', { who: row.by, time: showDayAndTime(signedAt, language) })}
      </p>
      <p className="letter-tags no-print">
        <LetterTags row={row} />
      </p>
      {why !== undefined && <p className="error">{say('letters.wrongWhy', { why })}</p>}
      {row.status === 'replaced' && <p className="error">{say('letters.replacedWhy')}</p>}
      {read.sections.map(({ id, text }) => {
        const section = read.kind.sections.find((one) => one.id === id);
        return (
          <section key={id}>
            <h3>{section?.danish ?? id}</h3>
            <p className={row.status === 'wrong' ? 'prewrap struck' : 'prewrap'}>{text}</p>
          </section>
        );
      })}
      {row.status === 'signed' && (
        <div className="letter-do no-print">
          {read.kind.id === 'correspondence' && (
            <Button kind="primary" onPress={onAnswer}>
              {say('letters.answer')}
            </Button>
          )}
          <Button onPress={onCorrect}>{say('letters.correct')}</Button>
          <WrongButton row={row} patient={patient} onDone={onDone} />
        </div>
      )}
    </article>
  );
}

/** Two steps and a reason: what was signed is not gone by a slip of the hand. */
function WrongButton({ row, patient, onDone }: Pick<ReadingProps, 'row' | 'patient' | 'onDone'>) {
  const say = useText();
  const act = useAct(patient);
  const session = queries.getQueryData<Session | null>(keys.session);
  const { letter } = row;
  if (letter === undefined) return null;
  const signer = letter.attester?.[0]?.party?.reference;
  const left = row.ways.some(({ state }) => hasLeft(state));
  return (
    <ReasonButton
      label={say('letters.sayWrong')}
      ask={say('letters.whyWrong')}
      sure={say('letters.wrongSure')}
      meaning={say(left ? 'letters.wrongMeansRecall' : 'letters.wrongMeans')}
      act={act}
      disabledBecause={signer === session?.practitioner ? undefined : say('letters.issueNotAuthor')}
      onSend={(why) =>
        void act
          .send(say('letters.sayWrong'), wrongAct(letter, why))
          .then((stored) => stored !== undefined && onDone())
      }
    />
  );
}
