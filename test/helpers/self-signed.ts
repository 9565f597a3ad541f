/** A throw-away certificate for `localhost` that nobody trusts: X.509 v3 (RFC 5280) in DER, ECDSA P-256 with SHA-256. */
import { generateKeyPairSync, sign } from 'node:crypto';

const sequence = 0x30;
const set = 0x31;
const integer = 0x02;
const bitString = 0x03;
const objectId = 0x06;
const utf8 = 0x0c;
const utcTime = 0x17;

const ecdsaWithSha256 = der(objectId, Buffer.from('2a8648ce3d040302', 'hex'));
const commonName = der(objectId, Buffer.from('550403', 'hex'));

export function selfSignedCertificate(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(sequence, ecdsaWithSha256);
  const name = der(sequence, der(set, der(sequence, commonName, der(utf8, Buffer.from('localhost')))));
  const validity = der(sequence, time('240101000000Z'), time('491231235959Z'));
  const body = der(
    sequence,
    der(integer, Buffer.from([1])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = der(sequence, body, algorithm, der(bitString, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function time(text: string): Buffer {
  return der(utcTime, Buffer.from(text));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const header =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(header), content]);
}
