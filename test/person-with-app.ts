// Anne at her browser, and an app that asks for access to what she may see.
import { makePkce, sendForm } from './oauth-client.ts';
import { visitor, type Visitor } from './visitor.ts';

export type Asked = Readonly<Record<string, string | undefined>>;

export const appRedirect = 'https://app.example/done';

/** @param at where the program is, and the password of `anne`, once they are known. The app is the client `growth`. */
export function personWithApp(
  at: () => { readonly url: string; readonly issuer: string; readonly password: string },
) {
  /** A person's browser, sent to the authorization address by an app; returns the consent's path, or what was refused. */
  async function authorize(browser: Visitor, asked: Asked = {}) {
    const pkce = makePkce();
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({
      response_type: 'code',
      client_id: 'growth',
      redirect_uri: appRedirect,
      scope: 'openid fhirUser launch/patient offline_access patient/Observation.rs patient/Patient.r',
      state: 's1',
      nonce: 'n1',
      aud: `${at().issuer}/fhir`,
      code_challenge: pkce.challenge,
      code_challenge_method: 'S256',
      ...asked,
    }))
      if (value !== undefined) query.set(name, value);
    const answer = await browser.send('GET', `/oauth/authorize?${query.toString()}`);
    return { ...pkce, answer, to: answer.headers.get('location') ?? '' };
  }

  async function loggedIn() {
    const browser = visitor(at().url);
    await browser.logIn('anne', at().password);
    return browser;
  }

  /** Agrees as the one who is logged in; returns what the app gets at its redirect address. */
  async function consent(browser: Visitor, place: string, answer: object) {
    const { json, status } = await browser.send('POST', `${place}/answer`, answer);
    if (status !== 200) return { status, query: new URLSearchParams() };
    const back = new URL(String(json?.['to']));
    const resumed = await browser.send('GET', `${back.pathname}${back.search}`);
    return { status: resumed.status, query: new URL(resumed.headers.get('location') ?? '').searchParams };
  }

  async function exchangeCode(code: string | null, verifier: string, more: Asked = {}) {
    return sendForm(visitor(at().url), '/oauth/token', {
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: appRedirect,
      client_id: 'growth',
      code_verifier: verifier,
      ...more,
    } as Record<string, string>);
  }

  async function launched(asked: Asked = {}) {
    const browser = await loggedIn();
    const { verifier, to } = await authorize(browser, asked);
    const { query } = await consent(browser, to, { answer: 'allow', patient: 'karen' });
    const { json } = await exchangeCode(query.get('code'), verifier);
    return { access: String(json?.['access_token']), refresh: String(json?.['refresh_token']), json };
  }

  return { authorize, loggedIn, consent, exchangeCode, launched };
}
