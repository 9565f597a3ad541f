/** How voltpact names itself to a provider: RFC 9110, section 10.1.5, `voltpact/0.1.0`. */
export function renderUserAgent(version: string): string {
  return `voltpact/${version}`;
}
