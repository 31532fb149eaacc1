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
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered>;
  logIn(user: string, password: string): Promise<Answered>;
}

export function visitor(url: string, token?: string): Visitor {
  let cookie = '';
  const send: Visitor['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const given = /^([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    if (given) cookie = given.endsWith('=') ? '' : given;
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  return {
    url,
    get cookie() {
      return cookie;
    },
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
