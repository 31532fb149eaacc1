import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { answerConsent, useAskedConsent, type AskedConsent } from '../../link/consent.ts';
import { ofType } from '../record/coding.ts';
import { isFault } from '../../link/fault.ts';
import { usePart } from '../../link/queries.ts';
import { Button } from '../../parts/button.tsx';
import { useText, type Say } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { personOf, showCpr, type Person } from '../record/person.ts';
import { Finder } from '../search/finder.tsx';
import { scopeWords, type ScopeWords } from './scope-words.ts';

/** Another program asks for access: which, to what, for which patient; yes or no. */
export function Grant() {
  const say = useText();
  const { uid = '' } = useParams({ strict: false });
  const asked = useAskedConsent(uid);
  return (
    <div className="alone grant">
      <PageTitle title={say('grant.tab')} />
      {asked.data !== undefined &&
        (asked.data.patient === undefined ? (
          <Question uid={uid} asked={asked.data} />
        ) : (
          <Launched uid={uid} asked={asked.data} patient={asked.data.patient} />
        ))}
      {asked.isError && (
        <p className="error">{isFault(asked.error, 'missing') ? say('grant.over') : say('grant.failed')}</p>
      )}
    </div>
  );
}

type QuestionProps = { readonly uid: string; readonly asked: AskedConsent };

/** Started from the clinic: the patient is the one who was on the screen. */
function Launched({ patient, ...props }: QuestionProps & { readonly patient: string }) {
  const [found] = ofType(usePart(patient, 'person').data?.resources, 'Patient');
  return <Question {...props} launched={found === undefined ? undefined : personOf(found)} />;
}

function Question({ uid, asked, launched }: QuestionProps & { readonly launched?: Person | undefined }) {
  const say = useText();
  const [chosen, setPatient] = useState<Person>();
  const patient = asked.patient === undefined ? chosen : launched;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const words = scopeWords(asked.scopes);
  const whyNot =
    (asked.needsPatient || asked.patient !== undefined) && patient === undefined
      ? say('grant.needsPatient')
      : undefined;

  async function answer(said: 'allow' | 'deny') {
    setBusy(true);
    try {
      location.assign(await answerConsent(uid, said, patient?.id));
    } catch (error) {
      setBusy(false);
      setProblem(isFault(error, 'missing') ? say('grant.over') : say('grant.failed'));
    }
  }

  return (
    <>
      <h1>{say('grant.title', { app: asked.client.name })}</h1>
      <dl className="facts">
        {words.reads.length > 0 && <Fact name={say('grant.reads')} text={listed(words.reads, say)} />}
        {words.writes.length > 0 && <Fact name={say('grant.writes')} text={listed(words.writes, say)} />}
        {words.everyone && <Fact name={say('grant.whose')} text={say('grant.everyone')} />}
        {(asked.needsPatient || asked.patient !== undefined) && (
          <Fact
            name={say('grant.whose')}
            text={patient === undefined ? say('grant.onePatient') : named(patient)}
          />
        )}
        {words.whoYouAre && <Fact name={say('grant.aboutYou')} text={say('grant.whoYouAre')} />}
        <Fact name={say('grant.howLong')} text={words.offline ? say('grant.offline') : say('grant.online')} />
      </dl>
      {asked.needsPatient && asked.patient === undefined && (
        <ChoosePatient chosen={chosen} onChoose={setPatient} />
      )}
      {problem !== undefined && (
        <p className="error" role="alert">
          {problem}
        </p>
      )}
      <div className="grant-answers">
        <Button
          kind="primary"
          disabledBecause={busy ? say('grant.busy') : whyNot}
          onPress={() => void answer('allow')}
        >
          {say('grant.allow')}
        </Button>
        <Button disabledBecause={busy ? say('grant.busy') : undefined} onPress={() => void answer('deny')}>
          {say('grant.deny')}
        </Button>
        {whyNot !== undefined && <span className="muted">{whyNot}</span>}
      </div>
    </>
  );
}

function Fact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}

function ChoosePatient({
  chosen,
  onChoose,
}: {
  readonly chosen: Person | undefined;
  readonly onChoose: (person: Person | undefined) => void;
}) {
  const say = useText();
  const [typed, setTyped] = useState('');
  if (chosen !== undefined)
    return <Button onPress={() => onChoose(undefined)}>{say('grant.otherPatient')}</Button>;
  return <Finder typed={typed} onType={setTyped} onPatient={({ person }) => onChoose(person)} />;
}

/** Name and number: two of a name are told apart. */
function named(person: Person): string {
  return [person.name, person.cpr === undefined ? person.birthDate : showCpr(person.cpr)]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function listed(types: ScopeWords['reads'], say: Say): string {
  return types.map((type) => ('text' in type ? say(type.text) : type.name)).join(', ');
}
