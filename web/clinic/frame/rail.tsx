import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Session } from '../../link/session.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { rightsOf, type ChartPage } from '../record/role.ts';
import { wardToReturnTo } from './in-hand.ts';

type RailProps = {
  readonly session: Session;
  readonly patient: string | undefined;
  readonly onFind: () => void;
};

export function Rail({ session, patient, onFind }: RailProps) {
  const say = useText();
  const ward = wardToReturnTo(session.ward);
  const search = patient === undefined ? {} : { patient };
  const rights = rightsOf(session.role);
  const noPatients = rights.finds ? undefined : say('rail.noPatients');
  const why = (page?: ChartPage) =>
    noPatients ??
    (patient === undefined
      ? say('rail.needsPatient')
      : page !== undefined && rights.unread.includes(page)
        ? say('tabs.notForRole')
        : undefined);
  const params = { patient: patient ?? '' };
  return (
    <nav className="frame-rail" aria-label={say('rail.label')}>
      <Item
        icon="ward"
        label={say('rail.ward')}
        shortcut="F4"
        whyNot={noPatients}
        exact
        link={ward === undefined ? { to: '/wards' } : { to: '/ward/$ward', params: { ward }, search }}
      />
      <button type="button" className="rail-item" onClick={onFind}>
        <Inside icon="search" label={say('rail.search')} shortcut="Ctrl K" />
      </button>
      <Item
        icon="chart"
        label={say('rail.chart')}
        whyNot={why()}
        exact
        link={{ to: '/patient/$patient', params }}
      />
      <Item
        icon="medication"
        label={say('rail.medication')}
        shortcut="F8"
        whyNot={why('medication')}
        link={{ to: '/patient/$patient/medication', params }}
      />
      <Item
        icon="results"
        label={say('rail.results')}
        shortcut="F9"
        whyNot={why('results')}
        link={{ to: '/patient/$patient/results', params }}
      />
      <Item
        icon="orders"
        label={say('rail.orders')}
        shortcut="F2"
        whyNot={why('orders')}
        link={{ to: '/patient/$patient/orders', params }}
      />
      <Item
        icon="notes"
        label={say('rail.notes')}
        whyNot={why('notes')}
        link={{ to: '/patient/$patient/notes', params }}
      />
      <Item
        icon="inbox"
        label={say('rail.inbox')}
        whyNot={noPatients ?? (rights.unread.includes('results') ? say('tabs.notForRole') : undefined)}
        link={{ to: '/inbox' }}
      />
      <Item
        icon="collection"
        label={say('rail.collection')}
        whyNot={noPatients ?? (ward === undefined ? say('rail.needsWard') : undefined)}
        link={{ to: '/ward/$ward/collection', params: { ward: ward ?? '' } }}
      />
      <Item
        icon="medication"
        label={say('rail.round')}
        whyNot={
          noPatients ??
          (rights.unread.includes('medication')
            ? say('tabs.notForRole')
            : ward === undefined
              ? say('rail.needsWard')
              : undefined)
        }
        link={{ to: '/ward/$ward/round', params: { ward: ward ?? '' } }}
      />
      <Item
        icon="letters"
        label={say('rail.letters')}
        whyNot={
          noPatients ??
          (rights.unread.includes('letters')
            ? say('tabs.notForRole')
            : ward === undefined
              ? say('rail.needsWard')
              : undefined)
        }
        link={{ to: '/ward/$ward/letters', params: { ward: ward ?? '' } }}
      />
      <Item
        icon="tasks"
        label={say('rail.tasks')}
        whyNot={
          noPatients ??
          (rights.unread.includes('care')
            ? say('tabs.notForRole')
            : ward === undefined
              ? say('rail.needsWard')
              : undefined)
        }
        link={{ to: '/ward/$ward/tasks', params: { ward: ward ?? '' } }}
      />
      <Item icon="transport" label={say('rail.transport')} whyNot={noPatients} link={{ to: '/transport' }} />
      <Item icon="surgery" label={say('rail.surgery')} whyNot={noPatients} link={{ to: '/surgery' }} />
      <span className="grow" />
      <Item
        icon="review"
        label={say('rail.review')}
        whyNot={rights.reviews ? undefined : say('rail.reviewNotYours')}
        link={{ to: '/review' }}
      />
      <Item icon="status" label={say('rail.status')} link={{ to: '/status' }} />
    </nav>
  );
}

type ItemProps = {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string;
  readonly link: Pick<LinkProps, 'to' | 'params' | 'search'>;
  /** A reason makes the item say no and say why, instead of doing nothing. */
  readonly whyNot?: string | undefined;
  readonly exact?: boolean;
};

function Item({ icon, label, shortcut, link, exact = false, whyNot }: ItemProps): ReactNode {
  const inside = <Inside icon={icon} label={label} shortcut={shortcut} />;
  if (whyNot !== undefined) {
    return (
      <span className="rail-item off" title={whyNot}>
        {inside}
        <Unseen>{whyNot}</Unseen>
      </span>
    );
  }
  return (
    <Link
      {...link}
      className="rail-item"
      activeOptions={{ exact, includeSearch: false }}
      activeProps={{ className: 'on', 'aria-current': 'page' }}
    >
      {inside}
    </Link>
  );
}

function Inside({
  icon,
  label,
  shortcut,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut: string | undefined;
}) {
  return (
    <>
      <Icon name={icon} />
      <span>{label}</span>
      {shortcut !== undefined && <kbd>{shortcut}</kbd>}
    </>
  );
}
