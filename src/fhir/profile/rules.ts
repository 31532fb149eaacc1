/** The elements of a profile as a tree that is walked beside a resource: children by name, slices by name. */
import { compile, type Path } from '../path/compile.ts';
import type { ProfileElement, ProfileInvariant, ProfileTable } from './table.ts';

export interface Rule {
  /** What is asked of the element; without constraints it is on the way to others. */
  readonly element: Omit<ProfileElement, 'id'>;
  readonly invariants: readonly (ProfileInvariant & { readonly path: Path })[];
  readonly children: ReadonlyMap<string, Rule>;
  readonly slices: ReadonlyMap<string, Rule>;
}
export interface Profile {
  readonly table: ProfileTable;
  readonly root: Rule;
}
interface Draft extends Rule {
  element: Omit<ProfileElement, 'id'>;
  invariants: Rule['invariants'];
  readonly children: Map<string, Draft>;
  readonly slices: Map<string, Draft>;
}

const profiles = new WeakMap<ProfileTable, Profile>();

/** @throws PathError when an invariant of the profile is no FHIRPath that is known here. */
export function profileOf(table: ProfileTable): Profile {
  let profile = profiles.get(table);
  if (!profile) profiles.set(table, (profile = { table, root: treeOf(table) }));
  return profile;
}

function treeOf({ elements }: ProfileTable): Rule {
  const root = draft();
  for (const { id, ...element } of elements) {
    const [, ...steps] = id.split('.');
    let at = root;
    for (const step of steps) {
      const [name = '', ...slices] = step.split(':');
      at = within(at.children, name);
      // `coding:SCT/danish` is a slice of a slice.
      for (const slice of slices.join(':').split('/')) if (slice !== '') at = within(at.slices, slice);
    }
    at.element = element;
    at.invariants = (element.invariants ?? []).map((one) => ({ ...one, path: compile(one.expression) }));
  }
  return root;
}

function draft(): Draft {
  return { element: {}, invariants: [], children: new Map(), slices: new Map() };
}
function within(drafts: Map<string, Draft>, name: string): Draft {
  let found = drafts.get(name);
  if (!found) drafts.set(name, (found = draft()));
  return found;
}
