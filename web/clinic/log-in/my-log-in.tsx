import { Modal } from '@mantine/core';
import { useState } from 'react';
import {
  addPasskey,
  changeBadge,
  changePin,
  endProgram,
  leaveOtherScreens,
  removeBadge,
  removePasskey,
  removePin,
  useOwnLogIn,
  type OwnLogIn,
} from '../../link/own-log-in.ts';
import { passkeysWork } from '../../link/passkey.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { OwnWay } from './own-way.tsx';
import { problemText } from './problem-text.ts';

const daySeconds = 86_400;

/** A person's own ways in, which programs act for them, and where they are logged in. */
export function MyLogIn({ onClose }: { readonly onClose: () => void }) {
  const say = useText();
  const own = useOwnLogIn();
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('own.title')}
      centered
      size={600}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
      transitionProps={{ duration: 0 }}
    >
      {own.data === undefined ? (
        <p className={own.isError ? 'error' : 'muted'}>
          {own.isError ? say('session.unreachable') : say('own.asking')}
        </p>
      ) : (
        <Ways own={own.data} />
      )}
    </Modal>
  );
}

function Ways({ own }: { readonly own: OwnLogIn }) {
  const say = useText();
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const needsPassword = password === '' ? say('own.needsPassword') : undefined;
  const needsHttps = passkeysWork() ? undefined : say('passkey.needsHttps');
  const attempt = (work: Promise<void>) => {
    setProblem(undefined);
    return work.catch((error: unknown) => {
      setProblem(problemText(error, say));
      throw error;
    });
  };
  return (
    <div className="own">
      <label className="field">
        <span>{say('own.password')}</span>
        <input
          className="input"
          name="own-password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <p className={problem === undefined ? 'muted' : 'error'} role="alert">
        {problem ?? say('own.passwordWhy')}
      </p>
      <OwnWay
        title={say('own.pin')}
        state={own.pin ? say('own.pinSet') : say('own.pinNone')}
        label={say('own.pinNew')}
        field={{ name: 'own-pin', type: 'password', inputMode: 'numeric', maxLength: 8 }}
        action={own.pin ? say('own.change') : say('own.add')}
        disabledBecause={needsPassword}
        onSend={(pin) => attempt(changePin(password, pin))}
        {...(own.pin && { onRemove: () => attempt(removePin()) })}
      />
      <OwnWay
        title={say('own.badge')}
        state={own.badge ? say('own.badgeSet') : say('own.badgeNone')}
        label={say('own.badgeNumber')}
        field={{ name: 'own-badge', type: 'text', maxLength: 32 }}
        action={own.badge ? say('own.change') : say('own.add')}
        disabledBecause={needsPassword}
        onSend={(number) => attempt(changeBadge(password, number))}
        {...(own.badge && { onRemove: () => attempt(removeBadge()) })}
      />
      <OwnWay
        title={say('own.passkeys')}
        state={say('own.passkeysWhy')}
        label={say('own.passkeyName')}
        field={{ name: 'own-passkey', type: 'text', maxLength: 60 }}
        action={say('own.add')}
        disabledBecause={needsHttps ?? needsPassword}
        onSend={(name) => attempt(addPasskey(password, name))}
      >
        <ul>
          {own.passkeys.map(({ id, name, madeAt }) => (
            <li key={id}>
              <span className="grow">{say('own.passkey', { name, date: madeAt.slice(0, 10) })}</span>
              <Button kind="plain" onPress={() => void attempt(removePasskey(id)).catch(() => undefined)}>
                {say('own.remove')}
              </Button>
            </li>
          ))}
        </ul>
      </OwnWay>
      <Programs programs={own.programs} onEnd={(id) => attempt(endProgram(id))} />
      <Screens screens={own.screens} onLeave={() => attempt(leaveOtherScreens())} />
    </div>
  );
}

function Programs({
  programs,
  onEnd,
}: {
  readonly programs: OwnLogIn['programs'];
  readonly onEnd: (id: string) => Promise<void>;
}) {
  const say = useText();
  return (
    <section>
      <h3>{say('own.programs')}</h3>
      {programs.length === 0 && <p className="muted">{say('own.programsNone')}</p>}
      <ul>
        {programs.map(({ id, name, patient, scopes, ageS }) => (
          <li key={id}>
            <span className="grow">
              <b>{name}</b> · {say(patient === null ? 'own.programAll' : 'own.programOne')}
              {scopes.includes('offline_access') && ` · ${say('own.programAway')}`}
            </span>
            <span className="muted">{say('own.programSince', { days: Math.floor(ageS / daySeconds) })}</span>
            <Button kind="plain" onPress={() => void onEnd(id).catch(() => undefined)}>
              {say('own.programEnd')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Screens({
  screens,
  onLeave,
}: {
  readonly screens: OwnLogIn['screens'];
  readonly onLeave: () => Promise<void>;
}) {
  const say = useText();
  const alone = screens.every(({ here }) => here) ? say('own.nowhereElse') : undefined;
  return (
    <section>
      <h3>{say('own.screens')}</h3>
      <ul>
        {screens.map(({ id, agent, ageS, here }) => (
          <li key={id}>
            <span className="grow">
              {agent}
              {here && <b> · {say('own.here')}</b>}
            </span>
            <span className="muted">
              {ageS < 60 ? say('own.sinceNow') : say('own.since', { minutes: Math.floor(ageS / 60) })}
            </span>
          </li>
        ))}
      </ul>
      <Button disabledBecause={alone} onPress={() => void onLeave().catch(() => undefined)}>
        {say('own.leaveOthers')}
      </Button>
    </section>
  );
}
