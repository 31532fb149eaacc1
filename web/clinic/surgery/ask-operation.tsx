/* oxlint-disable jsx-a11y/no-static-element-interactions -- Ctrl+Enter belongs to the whole form */
import { Modal } from '@mantine/core';
import { useState } from 'react';
import {
  anaesthesias,
  sides,
  surgicalProcedures,
  urgencyNames,
  type Anaesthesia,
  type Side,
  type UrgencyName,
} from '#fhir/surgery/codes.ts';
import { askOperation } from '#fhir/surgery/request.ts';
import { keepText, useKept } from '../../link/kept.ts';
import { keys, queries, usePlaces } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { refreshSurgery, useDepartments } from '../../link/surgery.ts';
import { useAct } from '../../link/use-act.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { addDays, dayOf, momentOn } from '../../parts/format/date.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { useText } from '../../parts/text.tsx';
import danish from '../../texts/surgery/da.json';
import english from '../../texts/surgery/en.json';
import { ActNote } from '../record/act-note.tsx';
import { ofType, referredId } from '../record/coding.ts';
import { showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { MomentField } from '../stay/moment-field.tsx';
import { me } from './surgery-acts.ts';
import { anaesthesiaTexts, issueWords, sideTexts, urgencyTexts } from './words.ts';

type AskOperationProps = { readonly patient: string; readonly onClose: () => void };

/** An operation is asked for: what, which side, how soon; the rest is there to be changed. */
export function AskOperation(props: AskOperationProps) {
  return (
    <MoreTexts danish={danish} english={english}>
      <Ask {...props} />
    </MoreTexts>
  );
}

function Ask({ patient, onClose }: AskOperationProps) {
  const say = useText();
  const { person, stay } = usePatientFacts(patient);
  const act = useAct(patient);
  const places = usePlaces();
  const departments = ofType(useDepartments().data?.resources, 'Location');
  const session = queries.getQueryData<Session | null>(keys.session);
  // Kept on this device until it is signed: a closed form, a lock or a reload loses nothing of it.
  const name = `operation/${session?.user ?? ''}/${patient}`;
  const draft = readDraft(useKept(name));
  const change = (next: Draft) => keepText(name, JSON.stringify({ ...draft, ...next }));
  const { side, urgency = 'D', needs = '', isolation = '' } = draft;
  const procedure = surgicalProcedures.find(({ code }) => code === draft.code);
  const minutes = draft.minutes ?? (procedure === undefined ? '' : String(procedure.minutes));
  const anaesthesia = draft.anaesthesia ?? procedure?.anaesthesia ?? 'general';
  const [wanted, setWanted] = useState<number | undefined>(() => momentOn(addDays(dayOf(now()), 1), '08:00'));
  const [fasting, setFasting] = useState<number | undefined>();
  const [chosen, setChosen] = useState<string>();
  const all = ofType(places.data?.resources, 'Location');
  const siteOf = (ward: string | undefined) =>
    referredId(all.find(({ id }) => id === ward)?.partOf, 'Location');
  const ownSite = siteOf(stay?.ward?.id ?? session?.ward?.replace('Location/', ''));
  const department =
    departments.find(({ id }) => id === chosen) ??
    departments.find(({ partOf }) => referredId(partOf, 'Location') === ownSite);
  const nameOf = (one: (typeof departments)[number] | undefined) =>
    `${all.find(({ id }) => id === referredId(one?.partOf, 'Location'))?.name ?? ''} ${one?.name ?? ''}`.trim();
  const whyNot = !currentRights().orders
    ? say('surgery.notYours')
    : act.state !== undefined
      ? say('act.underway')
      : procedure === undefined
        ? say('surgery.procedureMissing')
        : procedure.sided && side === undefined
          ? say('surgery.issueSide')
          : department === undefined
            ? say('surgery.departmentMissing')
            : wanted === undefined || !(Number(minutes) > 0)
              ? say('moment.wrong')
              : undefined;

  async function sign() {
    if (whyNot !== undefined || procedure === undefined || department === undefined || wanted === undefined)
      return;
    const isUrgent = urgency !== 'D';
    const request = askOperation(
      {
        patient,
        encounter: stay !== undefined && stay.status !== 'planned' ? stay.id : undefined,
        department: { reference: `Location/${department.id ?? ''}`, display: nameOf(department) },
        procedure,
        urgency,
        wanted: isUrgent ? now() : wanted,
        minutes: Number(minutes),
        ...(procedure.sided ? { side } : {}),
        anaesthesia,
        needs,
        isolation,
        ...(fasting === undefined ? {} : { fastingSince: fasting }),
        requester: me(),
      },
      now(),
    );
    const stored = await act.send(say('surgery.asked', { what: procedure.words }), [
      { method: 'POST', url: 'ServiceRequest', resource: request },
    ]);
    if (stored === undefined) return;
    keepText(name, undefined);
    await refreshSurgery();
    onClose();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size={820}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={
        <span className="stay-who">
          {say('surgery.ask')} · <b>{person?.name ?? '…'}</b>{' '}
          {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.bed?.name}
        </span>
      }
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div
        className="operation-dialog"
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.ctrlKey) return;
          event.preventDefault();
          void sign();
        }}
      >
        <ul className="ask-procedures" aria-label={say('surgery.operation')}>
          {surgicalProcedures.map((one, index) => (
            <li key={one.code}>
              <button
                type="button"
                className="button"
                data-autofocus={index === 0 || undefined}
                aria-pressed={procedure?.code === one.code}
                onClick={() => change({ code: one.code, minutes: undefined, anaesthesia: undefined })}
              >
                {one.words} <span className="muted">{one.code}</span>
              </button>
            </li>
          ))}
        </ul>
        {procedure?.sided === true && (
          <Segments
            label={say('surgery.side')}
            value={side ?? ''}
            choices={sides.map((value) => ({ value: value as Side | '', label: say(sideTexts[value]) }))}
            onChoose={(value) => value !== '' && change({ side: value })}
          />
        )}
        <Segments
          label={say('surgery.urgency')}
          value={urgency}
          choices={urgencyNames.map((value) => ({ value, label: say(urgencyTexts[value]) }))}
          onChoose={(value) => change({ urgency: value })}
        />
        <div className="ask-fields">
          {urgency === 'D' && (
            <MomentField label={say('surgery.wanted')} value={wanted ?? now()} onChange={setWanted} />
          )}
          <label className="field short">
            <span>{say('surgery.knifeMinutes')}</span>
            <input
              className="input"
              inputMode="numeric"
              value={minutes}
              onChange={({ target }) => change({ minutes: target.value })}
            />
          </label>
          <label className="field">
            <span>{say('surgery.anaesthesiaKind')}</span>
            <select
              className="input"
              value={anaesthesia}
              onChange={({ target }) =>
                change({ anaesthesia: anaesthesias.find((one) => one === target.value) })
              }
            >
              {anaesthesias.map((one) => (
                <option key={one} value={one}>
                  {say(anaesthesiaTexts[one])}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{say('surgery.department')}</span>
            <select
              className="input"
              value={department?.id ?? ''}
              onChange={({ target }) => setChosen(target.value)}
            >
              {department === undefined && <option value="">–</option>}
              {departments.map((one) => (
                <option key={one.id} value={one.id}>
                  {nameOf(one)}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{say('surgery.needs')}</span>
            <input
              className="input"
              autoComplete="off"
              value={needs}
              onChange={({ target }) => change({ needs: target.value })}
            />
          </label>
          <label className="field">
            <span>{say('surgery.isolation')}</span>
            <input
              className="input"
              autoComplete="off"
              value={isolation}
              onChange={({ target }) => change({ isolation: target.value })}
            />
          </label>
          {fasting === undefined ? (
            <Button onPress={() => setFasting(now())}>{say('surgery.sayFasting')}</Button>
          ) : (
            <MomentField label={say('surgery.fasting')} value={fasting} onChange={setFasting} />
          )}
        </div>
        <ActNote act={act} words={issueWords(say)} />
        <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={() => void sign()}>
          {say('surgery.sign')}
        </Button>
      </div>
    </Modal>
  );
}

type Draft = {
  readonly code?: string | undefined;
  readonly side?: Side | undefined;
  readonly urgency?: UrgencyName | undefined;
  readonly minutes?: string | undefined;
  readonly anaesthesia?: Anaesthesia | undefined;
  readonly needs?: string | undefined;
  readonly isolation?: string | undefined;
};

function readDraft(text: string | undefined): Draft {
  try {
    return text === undefined ? {} : (JSON.parse(text) as Draft);
  } catch {
    return {};
  }
}
