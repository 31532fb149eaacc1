/** Which elements of a resource can turn the meaning of the others around (http://hl7.org/fhir/R4/conformance-rules.html#isModifier). */

interface Definition {
  readonly type: string;
  readonly kind: string;
  readonly snapshot?: {
    readonly element: readonly { readonly path: string; readonly isModifier?: boolean }[];
  };
}

/** By resource type the names of its own members, a choice without `[x]`. */
export function buildModifiers(definitions: readonly Definition[]): Record<string, readonly string[]> {
  const resources = definitions.filter(({ kind, type }) => kind === 'resource' && type !== undefined);
  return Object.fromEntries(
    resources.flatMap(({ type, snapshot }) => {
      const names = (snapshot?.element ?? []).flatMap(({ path, isModifier }) => {
        const [owner, name = '', ...deeper] = path.split('.');
        return isModifier === true && owner === type && deeper.length === 0 ? [name.replace('[x]', '')] : [];
      });
      return names.length > 0 ? [[type, names]] : [];
    }),
  );
}
