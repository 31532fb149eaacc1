import { useCallback, useState, type ReactNode } from 'react';
import { isFault } from '../../link/fault.ts';
import {
  nameByBadge,
  proveByPassword,
  proveByPin,
  returnAs,
  useWaysHere,
  type KnownPerson,
  type Session,
} from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { Credentials } from './credentials.tsx';
import { KnownPeople } from './known-people.tsx';
import { OpenidButton } from './openid-button.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { PinForm } from './pin-form.tsx';
import { problemText } from './problem-text.ts';
import { useTakeOver } from './take-over.ts';
import { useBadge } from './use-badge.ts';

type EntranceProps = {
  /** Whose screen it is: the one who comes back most often, and is asked first. */
  readonly locked?: Session;
  /** Who is at the screen already and need not be offered. */
  readonly except?: string;
  /** Stands above while nobody is chosen. */
  readonly heading?: string;
  readonly onEntered?: () => void;
  readonly children?: ReactNode;
};

type Way = { readonly person: KnownPerson; readonly by: 'pin' | 'password' } | 'other' | undefined;

/** The ways to this screen: a name and its PIN, a badge and its PIN, or user and password. */
export function Entrance({ locked, except, heading, onEntered, children }: EntranceProps) {
  const say = useText();
  const takeOver = useTakeOver();
  const ways = useWaysHere();
  const [chosen, setChosen] = useState<Way>();
  const [badgeProblem, setBadgeProblem] = useState<string>();
  const choose = (way: Way) => {
    setBadgeProblem(undefined);
    setChosen(way);
  };
  const onBadge = useCallback(
    (number: string) => {
      nameByBadge(number).then(
        (person) => {
          setBadgeProblem(undefined);
          setChosen({ person, by: person.pin ? 'pin' : 'password' });
        },
        (error: unknown) => setBadgeProblem(problemText(error, say)),
      );
    },
    [say],
  );
  useBadge(onBadge);

  const known = (ways.data?.people ?? []).filter(({ user }) => user !== except);
  const own = known.find(({ user }) => user === locked?.user);
  const way: Way =
    chosen ??
    (locked && {
      person: own ?? {
        user: locked.user,
        name: locked.name,
        role: locked.role,
        practitioner: locked.practitioner,
        pin: false,
      },
      by: own?.pin === true ? 'pin' : 'password',
    });
  // Whether a PIN will do is known in a moment; a field that changes under the fingers would be worse than the wait. On the
  // log-in page the fields are the same whoever is known, and do not wait for a server that may be slow.
  if (ways.isPending && locked !== undefined) return null;

  const person = typeof way === 'object' ? way.person : undefined;
  const others = known.filter(({ user }) => user !== person?.user);
  const enter = async (proof: Promise<Session>) => {
    await takeOver(proof);
    onEntered?.();
  };
  const byPin = (user: string) => async (pin: string) => {
    try {
      await enter(proveByPin(user, pin));
    } catch (error) {
      if (isFault(error, 'login') && error.detail === 'password-needed') void ways.refetch();
      throw error;
    }
  };
  const byPassword = (user: string, password: string) =>
    locked !== undefined && user === locked.user
      ? returnAs(user, password)
      : enter(proveByPassword(user, password));
  const action =
    locked !== undefined && person?.user === locked.user ? say('lock.action') : say('logIn.action');

  return (
    <>
      {person !== undefined ? <h1>{person.name}</h1> : heading !== undefined && <h1>{heading}</h1>}
      {(locked === undefined || person?.user === locked.user) && children}
      {badgeProblem !== undefined && (
        <p className="error" role="alert">
          {badgeProblem}
        </p>
      )}
      {typeof way === 'object' && way.by === 'pin' && (
        <PinForm key={way.person.user} name={way.person.name} action={action} onSend={byPin(way.person.user)}>
          <div className="lock-else">
            <Button kind="plain" onPress={() => choose({ ...way, by: 'password' })}>
              {say('pin.usePassword')}
            </Button>
          </div>
        </PinForm>
      )}
      {typeof way === 'object' && way.by === 'password' && (
        <Credentials key={way.person.user} user={way.person.user} action={action} onSend={byPassword}>
          {way.person.pin && (
            <div className="lock-else">
              <Button kind="plain" onPress={() => choose({ ...way, by: 'pin' })}>
                {say('pin.usePin')}
              </Button>
            </div>
          )}
        </Credentials>
      )}
      {typeof way === 'object' && way.by === 'password' && <PasskeyButton onEnter={enter} />}
      {typeof way !== 'object' && (
        <>
          {way === undefined && known.length > 0 && (
            <KnownPeople
              people={known}
              onChoose={(one) => choose({ person: one, by: one.pin ? 'pin' : 'password' })}
            />
          )}
          <Credentials
            key="other"
            quiet={way === undefined && known.length > 0}
            action={say('logIn.action')}
            onSend={byPassword}
          />
          <PasskeyButton onEnter={enter} />
          {typeof ways.data?.openid === 'string' && <OpenidButton host={ways.data.openid} />}
        </>
      )}
      {typeof way === 'object' && others.length > 0 && (
        <>
          <h2>{say('people.title')}</h2>
          <KnownPeople
            people={others}
            onChoose={(one) => choose({ person: one, by: one.pin ? 'pin' : 'password' })}
          />
        </>
      )}
      {way !== 'other' && typeof way === 'object' && (
        <Button kind="plain" onPress={() => choose('other')}>
          {say('lock.other')}
        </Button>
      )}
      {chosen !== undefined && (
        <Button kind="plain" onPress={() => choose(undefined)}>
          {locked === undefined ? say('people.back') : say('lock.back', { name: locked.name })}
        </Button>
      )}
    </>
  );
}
