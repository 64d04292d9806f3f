import * as z from 'zod';

/** A text of a certain form; the error says what is taken and gives an example. */
export function text(pattern: RegExp, takes: string, example: string) {
  return z.string(says(takes, example)).regex(pattern, says(takes, example));
}

/** What a field takes, with an example, for its errors. */
export function says(takes: string, example: string) {
  return `takes ${takes}, for example '${example}'`;
}

/** The ARM id of a resource of that type. */
export function armId(type: string, example: string) {
  const pattern = type
    .split('/')
    .slice(1)
    .map((part) => `/${part}/[^/]+`)
    .join('');
  const provider = type.split('/')[0]!.replace('.', '\\.');
  return text(
    new RegExp(`^/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/${provider}${pattern}$`, 'i'),
    `the ARM id of a ${type}`,
    example,
  );
}

/** Both ends are taken. */
export function wholeNumber(from: number, to: number, example: string) {
  const whole = says(`a whole number from ${from} to ${to}`, example);
  return z.int(whole).min(from, whole).max(to, whole);
}

export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const SUBSCRIPTION =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers';

/** Of a subscription or of a scope below it. */
export const ROLE_DEFINITION_ID =
  /^(\/subscriptions\/[0-9a-f-]{36}(\/\S+)?)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i;

/** A Log Analytics workspace. */
export const workspaceId = armId(
  'Microsoft.OperationalInsights/workspaces',
  `${SUBSCRIPTION}/Microsoft.OperationalInsights/workspaces/log-app`,
);
