import type { FunctionComponent } from 'react';
import { currentRights } from '../record/role.ts';
import { Duties } from './duties.tsx';

/** A page about patients; whoever's role finds none is told so, and what they can do instead. */
export function forTreating(Page: FunctionComponent): FunctionComponent {
  return function ForTreating() {
    return currentRights().finds ? <Page /> : <Duties />;
  };
}
