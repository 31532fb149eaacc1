import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { missingOf } from '#fhir/dose/dose.ts';
import { doseText, handedText, patientText } from '#fhir/dose/text.ts';
import { strengthOfText } from '#fhir/medication/knowledge.ts';
import { makeActId } from '../../link/act-id.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { currentUser } from '../record/since.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { AlertList, answerOf, isSame, isStopping } from './alert-list.tsx';
import { keepBasket, readBasket, textOf, type BasketItem } from './basket.ts';
import { DoseForm } from './dose-form.tsx';
import { DrugSearch } from './drug-search.tsx';
import { medicationIssueWords, type NameOf } from './issue-words.ts';
import { orderAct, type Answer, type NewOrder } from './medication-acts.ts';
import { PatientTitle } from './patient-title.tsx';
import { isReason } from './reason-pick.tsx';
import { useCheck, useNames, type Check } from './use-check.ts';
import { useSigner } from './use-signer.ts';

/** Ordering: search and choose on the left, what will be signed on the right, checked before it is. */
export function OrderDrugs({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const navigate = useNavigate({ from: '/patient/$patient/medication' });
  const act = useAct(patient);
  const { signer, whyNot } = useSigner();
  const { stay } = usePatientFacts(patient);
  const nameOf = useNames(patient);
  const user = currentUser();
  const [items, setItems] = useState<readonly BasketItem[]>(() => readBasket(user, patient));
  const [editing, setEditing] = useState<string>();
  const whole = items.filter(({ order }) => isWhole(order));
  const changes = (signed: readonly BasketItem[]) =>
    signer === undefined ? [] : orderAct(signed, { patient, stay: stay?.id, by: signer, at: now() });
  // Checked without its answers, so that an alert stands there while it is being answered.
  const unsigned = whole.map((item) => ({ ...item, answers: [] }));
  const check = useCheck(patient, signer === undefined ? '' : textOf(unsigned), () => changes(unsigned));
  const unanswered = whole.flatMap((item, index) => unansweredOf(item, issuesOf(check, index)));
  const why =
    whyNot ??
    (act.state !== undefined ? say('act.underway') : undefined) ??
    (items.length === 0 ? say('basket.empty') : undefined) ??
    (whole.length < items.length ? say('basket.notWhole') : undefined) ??
    (check.state === 'asking' ? say('basket.asking') : undefined) ??
    (unanswered.length > 0 ? say('basket.unanswered') : undefined);

  function change(next: readonly BasketItem[]) {
    act.forget();
    setItems(next);
    keepBasket(user, patient, next);
  }
  function replace(key: string, part: Partial<BasketItem>) {
    change(items.map((item) => (item.key === key ? { ...item, ...part } : item)));
  }
  function add(order: NewOrder, isOwnDose: boolean) {
    const key = makeActId();
    change([...items, { key, order, answers: [] }]);
    if (isOwnDose) setEditing(key);
  }
  async function sign() {
    if (why !== undefined) return;
    const title = say('basket.title', { drugs: items.map(({ order }) => order.generic).join(', ') });
    if ((await act.send(title, changes(items))) === undefined) return;
    change([]);
    await navigate({ search: {} });
  }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && event.ctrlKey && !event.isComposing) {
        event.preventDefault();
        void sign();
      }
    };
    globalThis.addEventListener('keydown', press);
    return () => globalThis.removeEventListener('keydown', press);
  });

  return (
    <div className="order-drugs">
      <section className="panel" aria-label={say('drugSearch.label')}>
        <div className="panel-body">
          <DrugSearch onChoose={add} />
        </div>
      </section>
      <section className="panel" aria-label={say('basket.label')}>
        <header>
          <h2>{say('basket.label')}</h2>
          <span className="muted">{items.length}</span>
        </header>
        <div className="panel-body basket">
          {items.length === 0 && <p className="nothing">{say('basket.empty')}</p>}
          {items.map((item) => (
            <BasketRow
              key={item.key}
              item={item}
              issues={issuesOf(check, whole.indexOf(item))}
              isEditing={editing === item.key || !isWhole(item.order)}
              nameOf={nameOf}
              onEdit={() => setEditing(editing === item.key ? undefined : item.key)}
              onChange={(part) => replace(item.key, part)}
              onRemove={() => change(items.filter(({ key }) => key !== item.key))}
            />
          ))}
          {items.length > 0 && <CheckState check={check} />}
          <ActNote act={act} words={(issue) => medicationIssueWords(issue, say, language, nameOf)} />
        </div>
        <footer className="sign">
          <PatientTitle patient={patient} />
          <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={why} onPress={() => void sign()}>
            {say('basket.sign', { count: items.length })}
          </Button>
          {why !== undefined && items.length > 0 && <span className="muted">{why}</span>}
        </footer>
      </section>
    </div>
  );
}

function BasketRow({
  item: { order, answers, key },
  issues,
  isEditing,
  nameOf,
  onEdit,
  onChange,
  onRemove,
}: {
  readonly item: BasketItem;
  readonly issues: ReturnType<typeof issuesOf>;
  readonly isEditing: boolean;
  readonly nameOf: NameOf;
  readonly onEdit: () => void;
  readonly onChange: (part: Partial<BasketItem>) => void;
  readonly onRemove: () => void;
}) {
  const say = useText();
  const language = useLanguage();
  const strength = strengthOfText(order.drug);
  const amount = order.dose.steps[0]?.amount;
  const handed =
    amount === undefined || strength === undefined ? undefined : handedText(amount, strength, language);
  const isOwn = !isWhole(order);
  return (
    <article className="basket-item" aria-label={order.generic}>
      <p>
        <b>{order.generic}</b>{' '}
        {order.drug.startsWith(order.generic)
          ? order.drug.slice(order.generic.length).replace(/^,\s*/, '')
          : order.drug}
      </p>
      {isEditing ? (
        <DoseForm
          key={key}
          dose={order.dose}
          strength={strength}
          onChange={(dose) =>
            onChange({
              order: { ...order, dose: dose ?? { steps: [], route: order.dose.route, text: '' } },
              answers: [],
            })
          }
        />
      ) : (
        <p>
          <b>{doseText(order.dose, language)}</b>{' '}
          {handed !== undefined && <span className="muted">{handed}</span>}
          <br />
          <span className="muted">
            {say('basket.toPatient', { text: patientText(order.dose, strength, language) })}
          </span>
        </p>
      )}
      <div className="dose-row">
        <label className="field grow">
          <span>{say('medication.indication')}</span>
          <input
            className="input"
            maxLength={120}
            value={order.indication}
            onChange={(event) => onChange({ order: { ...order, indication: event.target.value } })}
          />
        </label>
        {!isOwn && (
          <Button onPress={onEdit}>{isEditing ? say('basket.doneEditing') : say('basket.editDose')}</Button>
        )}
        <Button onPress={onRemove}>{say('basket.remove')}</Button>
      </div>
      <AlertList
        issues={issues}
        answers={answers}
        nameOf={nameOf}
        onAnswer={(answer) =>
          onChange({ answers: [...answers.filter((one) => !isSame(one, answer)), answer] })
        }
      />
    </article>
  );
}

/** Whether what stands there was checked, and against what not at all. */
export function CheckState({ check }: { readonly check: Check }) {
  const say = useText();
  return (
    <output className="check-state">
      {check.state === 'asking' && <span className="muted">{say('basket.asking')}</span>}
      {check.state === 'failed' && (
        <span className="panel-note failed">
          <span>{say('basket.notChecked')}</span>
        </span>
      )}
      {check.state === 'checked' && <span className="muted">{say('basket.checked')}</span>}
    </output>
  );
}

function issuesOf(check: Check, index: number) {
  return check.state === 'checked' ? (check.byEntry[index] ?? []) : [];
}

/** Alerts that stop the order and have no reason yet. What cannot be answered stays: the order has to be another one. */
export function unansweredOf(
  { answers }: { readonly answers: readonly Answer[] },
  issues: ReturnType<typeof issuesOf>,
) {
  return issues
    .filter(isStopping)
    .filter((issue) => !answers.some((one) => isSame(one, answerOf(issue)) && isReason(one.why)));
}

function isWhole({ dose }: NewOrder): boolean {
  return missingOf(dose).length === 0 || (dose.steps.length === 0 && dose.text !== '');
}
