// Someone who speaks HTTP with the program: keeps a cookie as a browser does, or shows a token as a program does.

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

export interface Visitor {
  readonly url: string;
  /** The value of the Cookie header; empty when there is none. */
  readonly cookie: string;
  /** One cookie's value. */
  cookieNamed(name: string): string | undefined;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered>;
  logIn(user: string, password: string): Promise<Answered>;
}

export function visitor(url: string, token?: string): Visitor {
  const jar = new Map<string, string>();
  const cookieHeader = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const send: Visitor['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(jar.size === 0 ? {} : { cookie: cookieHeader() }),
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const given of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]*)=([^;]*)/.exec(given) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  return {
    url,
    get cookie() {
      return cookieHeader();
    },
    cookieNamed: (name) => jar.get(name),
    send,
    logIn: (user, password) => send('POST', '/session', { user, password }),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

/** The code and text of the first issue of an OperationOutcome, for comparing. */
export function issueOf({ json }: Answered): { readonly code: unknown; readonly text: unknown } | undefined {
  const issues = json?.['resourceType'] === 'OperationOutcome' ? json['issue'] : undefined;
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined;
  if (typeof first !== 'object' || first === null) return undefined;
  return {
    code: 'code' in first ? first.code : undefined,
    text: 'diagnostics' in first ? first.diagnostics : undefined,
  };
}
