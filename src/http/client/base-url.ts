/** The provider's address as the user gives it: scheme, host, port and, if there is one, a path prefix that is kept. */
import { UserError } from '../../errors.js';

export interface BaseUrl {
  /** `https://host:port`, without a trailing slash. */
  readonly origin: string;
  /** `/prefix` without a trailing slash; empty where there is none. Every path of the contract goes behind it. */
  readonly prefix: string;
  /** Name or address to connect to; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** True for this machine's own addresses: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`. */
  readonly loopback: boolean;
}

/** @throws UserError where the text is no http(s) address, or carries credentials, a query or a fragment */
export function parseBaseUrl(target: string): BaseUrl {
  const shown = withoutUserInfo(target);
  const hint = 'Give an address such as https://api.example.com or http://127.0.0.1:8080.';
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    throw new UserError(`the target "${shown}" is not a URL`, { hint });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UserError(`the target "${shown}" must begin with http:// or https://`, { hint });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError(`the target "${shown}" must not carry credentials`, {
      hint: 'Set VOLTPACT_TOKEN, or VOLTPACT_ACCOUNT_ID with VOLTPACT_API_KEY, in the environment.',
    });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UserError(`the target "${shown}" must not have a query or a fragment`, { hint });
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    origin: url.origin,
    prefix: url.pathname.replace(/\/+$/, ''),
    host,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
    loopback: isLoopback(host),
  };
}

function withoutUserInfo(target: string): string {
  return target.replace(/\/\/.*@/s, '//[redacted]@');
}

/** The URL parser has already brought every spelling of an address (`127.1`, `0x7f.1`) to one form. */
function isLoopback(host: string): boolean {
  const name = host.replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /^127(\.\d{1,3}){3}$/.test(name) ||
    name === '::1' ||
    /^::ffff:7f[0-9a-f]{2}:/.test(name)
  );
}
