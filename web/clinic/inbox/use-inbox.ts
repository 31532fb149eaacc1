import { useMemo } from 'react';
import { askInboxAgain, useComeToTeam, useInboxParts, useOrderedFor, useStandIns } from '../../link/inbox.ts';
import { usePartState } from '../../link/part-state.ts';
import { useWardPlace, useWardStays } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useNow } from '../../parts/clock.ts';
import type { PanelState } from '../../parts/panel.tsx';
import { ofType } from '../record/coding.ts';
import { stayOf } from '../record/stay.ts';
import {
  absencesOf,
  hasComeTo,
  inboxItems,
  isOf,
  ownHandOver,
  type Absence,
  type InboxItem,
} from './inbox-items.ts';
import type { InboxScope } from './inbox-place.ts';

export type Inbox = {
  readonly items: Readonly<Record<InboxScope, readonly InboxItem[]>>;
  readonly state: PanelState;
  readonly complete: boolean;
  readonly absences: readonly Absence[];
  readonly handedOver: ReturnType<typeof ownHandOver>;
};

const limitMinutes = 1;
// No ward has this name: whoever works on none has the inbox of what they ordered.
const noWard = '-';

export function useInbox(session: Session | null | undefined): Inbox {
  const minute = useNow();
  const practitioner = session?.practitioner;
  const ward = session?.ward?.replace('Location/', '');
  const roles = useStandIns(practitioner);
  const absences = useMemo(
    () => absencesOf(roles.data ?? [], practitioner, minute),
    [roles.data, practitioner, minute],
  );
  const whose = [
    ...(practitioner == null ? [] : [practitioner]),
    ...absences.map((each) => each.practitioner),
  ];
  const ordered = useOrderedFor(whose);
  const stays = useWardStays(ward ?? noWard);
  const place = useWardPlace(ward ?? noWard, ward !== undefined);
  const organization = ofType(place.data?.resources, 'Location')[0]?.managingOrganization?.reference;
  const come = useComeToTeam(organization);
  const patients = useMemo(() => {
    if (ordered.data === undefined || (ward !== undefined && stays.data === undefined)) return undefined;
    const here = ofType(stays.data?.resources, 'Encounter')
      .map(stayOf)
      .filter(({ status }) => status === 'here' || status === 'leave')
      .map(({ patient }) => patient);
    return [...new Set([...here, ...ordered.data, ...(come.data ?? [])])];
  }, [ordered.data, stays.data, come.data, ward]);
  const parts = useInboxParts(ward ?? noWard, patients);
  const answers = usePartState(
    limitMinutes,
    ordered,
    stays,
    ...(organization === undefined ? [] : [come]),
    ...(patients?.length === 0 ? [] : [parts]),
    roles,
  );
  const all = useMemo(
    () =>
      inboxItems({
        observations: ofType(parts.data?.results, 'Observation'),
        reports: ofType(parts.data?.results, 'DiagnosticReport'),
        reviews: ofType(parts.data?.reviews, 'Task'),
        escalations: ofType(parts.data?.escalations, 'Task'),
        orders: ofType(parts.data?.orders, 'ServiceRequest'),
        patients: ofType(parts.data?.patients, 'Patient'),
        stays: ofType(parts.data?.stays, 'Encounter'),
      }),
    [parts.data],
  );
  return {
    items: {
      me: all.filter(
        (item) =>
          (practitioner != null && isOf(item, practitioner)) || hasComeTo(item, { ward, organization }),
      ),
      team: all.filter(
        (item) =>
          (ward !== undefined && item.stay?.ward?.id === ward) || hasComeTo(item, { ward, organization }),
      ),
      absent: all.filter((item) => absences.some((each) => isOf(item, each.practitioner))),
    },
    state: { ...answers, retry: () => (answers.retry(), void askInboxAgain()) },
    complete: parts.data?.complete ?? true,
    absences,
    handedOver: ownHandOver(roles.data ?? [], practitioner, minute),
  };
}
