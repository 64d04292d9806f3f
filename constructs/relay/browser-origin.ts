/** Hosts that a page in development is served from, which browsers take for secure without TLS. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * What is wrong with an origin that web pages are to call from, or undefined. Azure compares it letter by letter with
 * the `Origin` that a browser sends (https://www.rfc-editor.org/rfc/rfc6454#section-6.2): one in another spelling would
 * be taken and never match.
 */
export function originProblem(origin: string): string | undefined {
  const takes = "takes origins of web pages, for example 'https://app.contoso.com'";
  if (origin.includes('*')) {
    return `${takes}, got '${origin}': name each origin, since '*' lets any page on the web call with what a user types into it`;
  }
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url || !['https:', 'http:'].includes(url.protocol)) return `${takes}, got '${origin}'`;
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    return `${takes}, got '${origin}': a browser runs service workers over https alone, but on http://localhost`;
  }
  if (url.origin !== origin) return `${takes}, got '${origin}': write '${url.origin}', as browsers send it`;
  return undefined;
}
