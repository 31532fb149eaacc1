import { Modal } from '@mantine/core';
import { useState } from 'react';
import { cancelReasons } from '#fhir/surgery/codes.ts';
import { clocksOf, operationSteps, rankOf, type OperationStep } from '#fhir/surgery/way.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { showNearTime, showTime } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { isReason, ReasonPick } from '../medication/reason-pick.tsx';
import { ActNote } from '../record/act-note.tsx';
import { showCpr } from '../record/person.ts';
import type { BoardItem, Room } from './board-model.ts';
import { MoveForm } from './move-form.tsx';
import { cancelAct, stepAct, wrongAct } from './surgery-acts.ts';
import { TeamForm } from './team-form.tsx';
import { useOperationAct } from './use-operation-act.ts';
import { Deadline } from './waiting-list.tsx';
import {
  anaesthesiaTexts,
  cancelTexts,
  issueWords,
  sideTexts,
  spanWords,
  stateTexts,
  stepTexts,
  urgencyTexts,
} from './words.ts';

export type Doing = 'way' | 'team' | 'move' | 'cancel';

type OperationDialogProps = {
  readonly item: BoardItem;
  readonly rooms: readonly Room[];
  readonly department: string;
  readonly begin: Doing;
  readonly mayPlan: boolean;
  readonly onClose: () => void;
};

/** One operation: whose, what, how far; its steps, another time or room, or no place at all. */
export function OperationDialog({ item, rooms, department, begin, mayPlan, onClose }: OperationDialogProps) {
  const say = useText();
  const [doing, setDoing] = useState<Doing>(begin);
  const { act, run } = useOperationAct(item);
  const { person, stay, operation, place } = item;
  const whyNot = mayPlan
    ? act.state === undefined
      ? undefined
      : say('act.underway')
    : say('surgery.notYours');
  const end = async (done: string, changes: Parameters<typeof run>[1]) => {
    if (await run(done, changes)) onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={
        <span className="stay-who">
          <b>{person?.name ?? '…'}</b> {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.ward?.name}{' '}
          {stay?.bed?.name}
        </span>
      }
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div className="operation-dialog">
        <p>
          <b>{operation.words}</b>
          {operation.side !== undefined && <b> · {say(sideTexts[operation.side])}</b>} ·{' '}
          {say(urgencyTexts[operation.urgency])} {place?.status !== 'fulfilled' && <Deadline item={item} />}
        </p>
        <Facts item={item} />
        <Segments<Doing>
          label={say('surgery.what')}
          value={doing}
          choices={[
            { value: 'way', label: say('surgery.way') },
            { value: 'team', label: say('surgery.team') },
            { value: 'move', label: say('surgery.move') },
            { value: 'cancel', label: say('surgery.cancel') },
          ]}
          onChoose={setDoing}
        />
        <ActNote act={act} words={issueWords(say)} />
        {doing === 'way' && (
          <Way
            item={item}
            whyNot={whyNot}
            onStep={(step, without) => void run(say(stepTexts[step]), stepAct(item, step, now(), without))}
            onWrong={(reason) => void run(say('surgery.wasWrong'), wrongAct(item, reason))}
          />
        )}
        {doing === 'team' && (
          <TeamForm
            item={item}
            department={department}
            whyNot={whyNot}
            onAct={(done, changes) => void end(done, changes)}
          />
        )}
        {doing === 'move' && (
          <MoveForm
            item={item}
            rooms={rooms}
            department={department}
            whyNot={whyNot}
            onAct={(done, changes) => void end(done, changes)}
          />
        )}
        {doing === 'cancel' && (
          <div className="reasons">
            <p className="muted">{say('surgery.cancelMeaning')}</p>
            {cancelReasons
              .filter((reason) => reason !== 'capacity')
              .map((reason) => (
                <Button
                  key={reason}
                  disabledBecause={whyNot}
                  onPress={() =>
                    void end(
                      say('surgery.cancelledBecause', { why: say(cancelTexts[reason]) }),
                      cancelAct(item, reason, say(cancelTexts[reason])),
                    )
                  }
                >
                  {say(cancelTexts[reason])}
                </Button>
              ))}
          </div>
        )}
      </div>
    </Modal>
  );
}

function Facts({ item: { operation, place } }: { readonly item: BoardItem }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const facts: readonly (readonly [string, string | undefined])[] = [
    [say('surgery.knife'), say('surgery.minutes', { minutes: operation.minutes })],
    [say('surgery.anaesthesiaKind'), operation.anaesthesia && say(anaesthesiaTexts[operation.anaesthesia])],
    [
      say('surgery.fasting'),
      operation.fastingSince === undefined
        ? undefined
        : say('surgery.fastingSince', {
            time: showNearTime(operation.fastingSince, language, today),
            span: spanWords(today - operation.fastingSince, say),
          }),
    ],
    [say('surgery.needs'), operation.needs],
    [say('surgery.isolation'), operation.isolation],
    [say('surgery.surgeon'), place?.team.surgeon?.name],
    [say('surgery.anaesthetist'), place?.team.anaesthesia?.name],
    [say('surgery.scrub'), place?.team.scrub?.name],
    [
      say('surgery.moved'),
      (place?.moves ?? 0) > 0 ? say('surgery.movedTimes', { count: place?.moves ?? 0 }) : undefined,
    ],
  ];
  return (
    <dl className="operation-facts">
      {facts.flatMap(([name, value]) =>
        value === undefined || value === ''
          ? []
          : [
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>,
            ],
      )}
    </dl>
  );
}

type WayProps = {
  readonly item: BoardItem;
  readonly whyNot: string | undefined;
  readonly onStep: (step: OperationStep, without?: string) => void;
  readonly onWrong: (reason: string) => void;
};

/** The steps with their times. The next is one press; a later one skips those between, as an emergency does. */
function Way({ item, whyNot, onStep, onWrong }: WayProps) {
  const say = useText();
  const [wrong, setWrong] = useState<string>();
  const [without, setWithout] = useState<string>();
  const clocks = clocksOf(item.sources.way);
  const counting = clocks.filter((one) => one.wrong === undefined);
  const rank = rankOf(item.clock?.step);
  const noPlace = item.place === undefined ? say('surgery.issueNoPlace') : whyNot;
  const isChecked = counting.some(({ step }) => step === 'time-out');
  return (
    <>
      <ol className="steps">
        {operationSteps.map((step, index) => {
          const clock = counting.find((one) => one.step === step);
          return (
            <li key={step} className={clock === undefined ? '' : 'done'}>
              {clock === undefined ? (
                index > rank ? (
                  <Button
                    {...(index === rank + 1 ? { kind: 'primary' as const } : {})}
                    disabledBecause={noPlace}
                    onPress={() => (step === 'knife-start' && !isChecked ? setWithout('') : onStep(step))}
                  >
                    {say(stepTexts[step])}
                  </Button>
                ) : (
                  <span className="faint">{say('surgery.skipped', { step: say(stepTexts[step]) })}</span>
                )
              ) : (
                <>
                  <span className="tick">✓</span> {say(stateTexts[step])} <b>{showTime(clock.at)}</b>{' '}
                  <span className="muted">{clock.byName}</span>
                </>
              )}
            </li>
          );
        })}
      </ol>
      {without !== undefined && (
        <div className="step-reason">
          <p className="abn-words">▲ {say('surgery.noTimeOut')}</p>
          <ReasonPick
            label={say('surgery.noTimeOutWhy')}
            ready={[say('surgery.bleeding'), say('surgery.cardiacArrest'), say('surgery.sectionA')]}
            value={without}
            onChange={setWithout}
            focus
          />
          <Button
            kind="primary"
            disabledBecause={isReason(without) ? noPlace : say('surgery.reasonMissing')}
            onPress={() => {
              onStep('knife-start', without);
              setWithout(undefined);
            }}
          >
            {say('surgery.doKnifeStart')}
          </Button>
        </div>
      )}
      {counting.length > 0 && wrong === undefined && (
        <Button kind="plain" disabledBecause={whyNot} onPress={() => setWrong('')}>
          {say('surgery.lastWrong')}
        </Button>
      )}
      {wrong !== undefined && (
        <div className="step-reason">
          <ReasonPick
            label={say('surgery.wrongWhy')}
            ready={[say('surgery.wrongPatient'), say('surgery.tooEarly'), say('surgery.pressed')]}
            value={wrong}
            onChange={setWrong}
            focus
          />
          <Button
            kind="primary"
            disabledBecause={isReason(wrong) ? whyNot : say('surgery.reasonMissing')}
            onPress={() => {
              onWrong(wrong);
              setWrong(undefined);
            }}
          >
            {say('surgery.markWrong')}
          </Button>
        </div>
      )}
      {clocks
        .filter((one) => one.wrong !== undefined)
        .map((one, index) => (
          <p key={`${one.step} ${index}`} className="muted">
            <s>
              {say(stateTexts[one.step])} {showTime(one.at)}
            </s>{' '}
            {one.wrong}
          </p>
        ))}
    </>
  );
}
