// A device that holds passkeys, as far as a server can tell: ES256, and no attestation.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

export interface Device {
  readonly id: string;
  /** How often it says it was used. */
  counter: number;
  /** Answers `navigator.credentials.create`. */
  register(asked: { challenge: string }, at?: Place): object;
  /** Answers `navigator.credentials.get`. */
  logIn(asked: { challenge: string }, at?: Place): object;
}
interface Place {
  readonly origin?: string;
  readonly rpId?: string;
  /** The person was recognised by the device. */
  readonly verified?: boolean;
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest();

export function createDevice(home: { readonly origin: string; readonly rpId: string }): Device {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rawId = randomBytes(16);
  const id = rawId.toString('base64url');
  const clientData = (type: string, challenge: string, { origin = home.origin }: Place) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const device: Device = {
    id,
    counter: 0,
    register(asked, at = {}) {
      const attested = Buffer.concat([
        Buffer.alloc(16),
        Buffer.from([0, rawId.length]),
        rawId,
        coseKey(publicKey),
      ]);
      const data = authenticatorData(at, 0x40, attested);
      // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR.
      const attestation = Buffer.concat([
        Buffer.from([0xa3, 0x63]),
        Buffer.from('fmt'),
        Buffer.from([0x64]),
        Buffer.from('none'),
        Buffer.from([0x67]),
        Buffer.from('attStmt'),
        Buffer.from([0xa0, 0x68]),
        Buffer.from('authData'),
        Buffer.from([0x58, data.length]),
        data,
      ]);
      return {
        ...common,
        response: {
          clientDataJSON: clientData('webauthn.create', asked.challenge, at).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      };
    },
    logIn(asked, at = {}) {
      device.counter += 1;
      const said = clientData('webauthn.get', asked.challenge, at);
      const data = authenticatorData(at, 0, Buffer.alloc(0));
      return {
        ...common,
        response: {
          clientDataJSON: said.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', Buffer.concat([data, sha256(said)]), privateKey).toString('base64url'),
        },
      };
    },
  };
  const common = { id, rawId: id, type: 'public-key', clientExtensionResults: {} };
  const authenticatorData = ({ rpId = home.rpId, verified = true }: Place, flags: number, more: Buffer) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(device.counter);
    return Buffer.concat([sha256(rpId), Buffer.from([0x01 | (verified ? 0x04 : 0) | flags]), counter, more]);
  };
  return device;
}

/** {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y} in CBOR (RFC 9053). */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ]);
}
