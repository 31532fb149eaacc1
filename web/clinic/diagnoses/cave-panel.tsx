import type { AllergyIntolerance } from '@medplum/fhirtypes';
import { useState } from 'react';
import { checkAct } from '../../link/act.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { showDate } from '../../parts/format/date.ts';
import { Panel } from '../../parts/panel.tsx';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { caveOf } from '../record/cave.ts';
import { hasCode, wordsOf } from '../record/coding.ts';
import { currentRights } from '../record/role.ts';
import { useItems } from '../record/use-patient.ts';
import { WrongEntry } from '../record/wrong-entry.tsx';
import { knownAct, noneKnownAct, wrongCaveAct, type NewCave } from './cave-acts.ts';

/** What speaks against a drug or a thing: that nobody asked, that none is known, or what; and the ways to say so. */
export function CavePanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const { items, state } = useItems(patient, 'cave', 'AllergyIntolerance');
  const act = useAct(patient);
  const [isAdding, setIsAdding] = useState(false);
  const cave = caveOf(items);
  const session = queries.getQueryData<Session | null>(keys.session);
  const by =
    session?.practitioner == null ? undefined : { reference: session.practitioner, display: session.name };
  const whyNot = currentRights().recordsCave
    ? act.state === undefined
      ? undefined
      : say('act.underway')
    : say('cave.notForRole');
  return (
    <Panel title={say('banner.cave')} state={state}>
      {cave.kind === 'unasked' && (
        <p>
          <Tag kind="abn">? {say('cave.unasked')}</Tag>{' '}
          <span className="muted">{say('cave.unaskedMeaning')}</span>
        </p>
      )}
      {cave.kind === 'none' && (
        <p>
          {say('cave.none')}{' '}
          <span className="muted">
            {cave.asked !== undefined &&
              say('cave.asked', { date: showDate(cave.asked.slice(0, 10), language) })}
          </span>
        </p>
      )}
      {cave.items.map((item) => (
        <CaveRow
          key={item.id}
          item={item}
          whyNot={whyNot}
          onWrong={(why) => void act.send(say('cave.wrongTitle'), wrongCaveAct(item, why, now()))}
        />
      ))}
      <ActNote act={act} />
      {isAdding ? (
        <CaveForm
          patient={patient}
          whyNot={whyNot}
          onCancel={() => setIsAdding(false)}
          changesOf={(cave) => knownAct(patient, cave, by, now())}
          onSave={(changes) =>
            void act.send(say('cave.addTitle'), changes).then((stored) => stored && setIsAdding(false))
          }
        />
      ) : (
        <div className="stay-buttons no-print">
          <Button disabledBecause={whyNot} onPress={() => setIsAdding(true)}>
            {say('cave.add')}
          </Button>
          {cave.kind !== 'known' && (
            <Button
              disabledBecause={whyNot}
              onPress={() => void act.send(say('cave.noneTitle'), noneKnownAct(patient, by, now()))}
            >
              {say('cave.recordNone')}
            </Button>
          )}
        </div>
      )}
    </Panel>
  );
}

type CaveRowProps = {
  readonly item: AllergyIntolerance;
  readonly whyNot: string | undefined;
  readonly onWrong: (why: string) => void;
};

function CaveRow({ item, whyNot, onWrong }: CaveRowProps) {
  const say = useText();
  const language = useLanguage();
  return (
    <div className="row cave-row">
      <Tag kind="cave">{wordsOf(item.code)}</Tag>
      <span className="grow">
        {(item.reaction ?? []).flatMap((reaction) => reaction.manifestation.map(wordsOf)).join(', ')}
        {item.criticality === 'high' && <b className="crit-words"> · {say('cave.high')}</b>}
        {hasCode(item.verificationStatus, 'unconfirmed') && (
          <span className="muted"> · {say('certainty.unconfirmed')}</span>
        )}
      </span>
      <span className="muted nowrap">{showDate(item.recordedDate?.slice(0, 10), language)}</span>
      <WrongEntry whyNot={whyNot} onWrong={onWrong} />
    </div>
  );
}

type CaveFormProps = {
  readonly patient: string;
  readonly whyNot: string | undefined;
  readonly onCancel: () => void;
  readonly changesOf: (cave: NewCave) => ReturnType<typeof knownAct>;
  readonly onSave: (changes: ReturnType<typeof knownAct>) => void;
};

/** Asked before it is saved: what the patient gets that this speaks against is told, and a second press saves it all the same. */
function CaveForm({ whyNot, onCancel, changesOf, onSave }: CaveFormProps) {
  const say = useText();
  const [cave, setCave] = useState<NewCave>({
    substance: '',
    reaction: '',
    isSevere: false,
    isUnsure: false,
  });
  const [told, setTold] = useState<{ readonly of: NewCave; readonly warnings: readonly string[] }>();
  const [isAsking, setIsAsking] = useState(false);
  const changes = () =>
    changesOf({ ...cave, substance: cave.substance.trim(), reaction: cave.reaction.trim() });

  async function save() {
    if (told?.of === cave) return onSave(changes());
    setIsAsking(true);
    // Not being able to ask beforehand must not keep a CAVE from being recorded.
    const found = await checkAct(changes()).catch(() => []);
    setIsAsking(false);
    const warnings = found.filter(({ detail }) => detail === 'cave-running-order').map(({ said }) => said);
    if (warnings.length === 0) onSave(changes());
    else setTold({ of: cave, warnings });
  }

  return (
    <form
      className="cave-form no-print"
      onSubmit={(event) => event.preventDefault()}
      aria-label={say('cave.add')}
    >
      <label className="field">
        <span>{say('cave.substance')}</span>
        <input
          className="input"
          data-autofocus
          value={cave.substance}
          maxLength={120}
          onChange={(event) => setCave({ ...cave, substance: event.target.value })}
        />
      </label>
      <label className="field">
        <span>{say('cave.reaction')}</span>
        <input
          className="input"
          value={cave.reaction}
          maxLength={200}
          onChange={(event) => setCave({ ...cave, reaction: event.target.value })}
        />
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={cave.isSevere}
          onChange={(event) => setCave({ ...cave, isSevere: event.target.checked })}
        />{' '}
        {say('cave.isSevere')}
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={cave.isUnsure}
          onChange={(event) => setCave({ ...cave, isUnsure: event.target.checked })}
        />{' '}
        {say('cave.isUnsure')}
      </label>
      {told?.of === cave && (
        <div className="error" role="alert">
          <p>
            <Sign sign="▲▲" meaning={say('stay.careful')} /> {say('cave.against')}
          </p>
          <ul>
            {told.warnings.map((warning) => (
              <li key={warning}>{drugIn(warning)}</li>
            ))}
          </ul>
        </div>
      )}
      <div className="stay-buttons">
        <Button
          kind="primary"
          type="submit"
          disabledBecause={
            whyNot ??
            (isAsking
              ? say('act.underway')
              : cave.substance.trim() === ''
                ? say('cave.needsSubstance')
                : undefined)
          }
          onPress={() => void save()}
        >
          {say(told?.of === cave ? 'cave.saveAnyway' : 'cave.save')}
        </Button>
        <Button kind="plain" onPress={onCancel}>
          {say('modal.close')}
        </Button>
      </div>
    </form>
  );
}

/** The server's sentence ends with the drug, after its colon. */
function drugIn(said: string): string {
  return /: (.+) \(MedicationRequest\/[^)]*\)$/.exec(said)?.[1] ?? said;
}
