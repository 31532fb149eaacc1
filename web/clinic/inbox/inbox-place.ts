export const inboxScopes = ['me', 'team', 'absent'] as const;
export type InboxScope = (typeof inboxScopes)[number];
export type InboxPlace = { readonly scope?: InboxScope };

export function readInboxPlace(search: Record<string, unknown>): InboxPlace {
  const scope = inboxScopes.find((each) => each === search['scope']);
  return scope === undefined ? {} : { scope };
}
