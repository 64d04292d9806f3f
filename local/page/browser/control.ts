import type { Operation } from './operations';

/** Why local Azure did not do what was asked: what, where, and what to do. */
export class Refused extends Error {}

/** Asks the control API, which serves this page. @throws Refused */
export async function ask({ method, path, body }: Operation, token: string | undefined): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused(`${method} ${path}: local Azure does not answer. See whether it still runs.`);
  }
  const text = await response.text();
  if (response.ok) return text === '' ? undefined : (JSON.parse(text) as unknown);
  throw new Refused(`${method} ${path}: ${response.status}, ${reason(text)}. ${remedy(response.status)}`);
}

function reason(text: string): string {
  try {
    return (JSON.parse(text) as { error: string }).error;
  } catch {
    return text.slice(0, 200) || 'without a reason';
  }
}

function remedy(status: number): string {
  if (status === 401) return 'Open the link that local Azure printed when it started: it carries the token.';
  if (status >= 500) return 'The output of local Azure tells more.';
  return 'Put right what it names and try again.';
}
