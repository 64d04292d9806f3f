/** Somebody who cannot be called, by what the raw id says. */
export class CalleeError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across copies of the package. */
  override readonly name = 'CalleeError';
}

/** Who a raw id says that it is. */
export type CalleeKind = 'communication user' | 'Teams user' | 'phone number';

const FORMS: readonly (readonly [CalleeKind, RegExp])[] = [
  ['communication user', /^8:(acs|dod-acs|gcch-acs|spool):[\w-]+$/],
  ['Teams user', /^8:(orgid|dod|gcch):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ['phone number', /^4:\+[1-9]\d{5,14}$/],
];

/**
 * What a raw id names (azure-docs, communication-services/concepts/identifiers.md).
 * @throws CalleeError when it is nobody who can be rung: a bot, an anonymous caller, no raw id at all
 */
export function calleeKind(rawId: string): CalleeKind {
  const found = FORMS.find(([, form]) => form.test(rawId));
  if (found) return found[0];
  throw new CalleeError(
    `'${rawId}' is nobody who can be called; expected a raw id: 8:acs:{resource}_{user}, 8:orgid:{object id}, or 4:+15551234567`,
  );
}
